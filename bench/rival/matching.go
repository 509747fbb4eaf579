package rival

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
)

// Question is one query of the given data.
type Question struct {
	ID, Org, A, B int32
	Region        int16
	Start         time.Time
}

// Found is one row of an answer.
type Found struct {
	ID   int32
	Rank float32
}

// Matching asks PostgreSQL who could do a piece of work, by the given queries.
type Matching struct {
	conn                 *pgx.Conn
	regional, nationwide string
}

// The fastest of the given queries for each question.
const (
	regionalQuery   = "v4_flat_lazy.sql"
	nationwideQuery = "n_v3_gin_btree_lazy.sql"
)

// NewMatching connects, and reads the queries of a folder.
func NewMatching(ctx context.Context, p *Postgres, folder string) (*Matching, error) {
	conn, err := p.Connect(ctx)
	if err != nil {
		return nil, err
	}
	m := &Matching{conn: conn}
	for file, into := range map[string]*string{regionalQuery: &m.regional, nationwideQuery: &m.nationwide} {
		octets, err := os.ReadFile(filepath.Join(folder, "queries", file))
		if err != nil {
			return nil, err
		}
		*into = string(octets)
	}
	return m, nil
}

// Plan sets how prepared statements are planned: auto, force_generic_plan or
// force_custom_plan.
func (m *Matching) Plan(ctx context.Context, mode string) error {
	if err := m.conn.DeallocateAll(ctx); err != nil {
		return err
	}
	_, err := m.conn.Exec(ctx, "SET plan_cache_mode = "+mode)
	return err
}

// Close closes the connection.
func (m *Matching) Close(ctx context.Context) { _ = m.conn.Close(ctx) }

// Conn is the connection.
func (m *Matching) Conn() *pgx.Conn { return m.conn }

// Ask answers a question, within its region or in all of the country.
func (m *Matching) Ask(ctx context.Context, q Question, regional bool) ([]Found, error) {
	text, arguments := m.nationwide, []any{q.Org, q.A, q.B, q.Start}
	if regional {
		text, arguments = m.regional, []any{q.Org, q.A, q.B, q.Region, q.Start}
	}
	rows, err := m.conn.Query(ctx, text, arguments...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := make([]Found, 0, 20)
	for rows.Next() {
		var f Found
		if err := rows.Scan(&f.ID, &f.Rank); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, rows.Err()
}

// Questions are all queries of the given data.
func (m *Matching) Questions(ctx context.Context) ([]Question, error) {
	rows, err := m.conn.Query(ctx, `SELECT id, org, a, b, region, t0 FROM q ORDER BY id`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Question])
}

// Profile is a person of the given data, with free time as seconds of 1970.
type Profile struct {
	ID, Employer int32
	Region       int16
	Skills       []int32
	Levels       []float32
	Score        float32
	From, To     []int64
}

// Profiles gives every person to a function.
func (m *Matching) Profiles(ctx context.Context, take func(Profile) error) error {
	rows, err := m.conn.Query(ctx, `
		SELECT id, employer, region, skills, levels, score,
			(SELECT array_agg(extract(epoch FROM lower(w))::bigint ORDER BY w) FROM unnest(mr) w),
			(SELECT array_agg(extract(epoch FROM upper(w))::bigint ORDER BY w) FROM unnest(mr) w)
		FROM person_flat ORDER BY id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var p Profile
		if err := rows.Scan(&p.ID, &p.Employer, &p.Region, &p.Skills, &p.Levels, &p.Score, &p.From, &p.To); err != nil {
			return err
		}
		if err := take(p); err != nil {
			return err
		}
	}
	return rows.Err()
}

// RedLists are the employers and the people whom each organisation excludes.
func (m *Matching) RedLists(ctx context.Context, employer, person func(org, who int32)) error {
	for table, take := range map[string]func(org, who int32){
		`SELECT org, competitor FROM redlist_org`: employer, `SELECT org, person_id FROM redlist_person`: person,
	} {
		rows, err := m.conn.Query(ctx, table)
		if err != nil {
			return err
		}
		var org, who int32
		if _, err := pgx.ForEachRow(rows, []any{&org, &who}, func() error { take(org, who); return nil }); err != nil {
			return err
		}
	}
	return nil
}

// Free replaces the free time of one person in both forms that are kept.
func (m *Matching) Free(ctx context.Context, id int32, from, to []time.Time) error {
	return pgx.BeginFunc(ctx, m.conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM avail WHERE person_id = $1`, id); err != nil {
			return err
		}
		for _, statement := range []string{
			`INSERT INTO avail (person_id, region, slot) SELECT p.id, p.region, tstzrange(w.f, w.t)
				FROM person p, unnest($2::timestamptz[], $3::timestamptz[]) AS w(f, t) WHERE p.id = $1`,
			`UPDATE person_flat SET mr = (SELECT range_agg(tstzrange(w.f, w.t))
				FROM unnest($2::timestamptz[], $3::timestamptz[]) AS w(f, t)) WHERE id = $1`,
		} {
			if _, err := tx.Exec(ctx, statement, id, from, to); err != nil {
				return err
			}
		}
		return nil
	})
}
