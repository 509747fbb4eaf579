package engine

import (
	"context"
	"database/sql"
	"os"

	"modernc.org/sqlite"
)

// SQLite appends to a write-ahead log and has to copy it into the file from
// time to time. Within a commit that would stop the one writer for as long as
// the copy takes; so most of it is done beside the writer, who copies the rest.
const (
	// pagesDue is after how many written pages (64 MB) the log is copied: pages
	// that change often are then not copied often.
	pagesDue = 16_000
	// pagesLate (256 MB) is where the writer waits for the copy beside it.
	pagesLate = 4 * pagesDue
	// logMost is the log's size from which the writer waits until no reader
	// needs the log, 10 s at most, and makes it short. Readers that follow one
	// another without a pause would let it grow for ever.
	logMost = 512 << 20
)

const (
	checkpointPassive  = `PRAGMA wal_checkpoint(PASSIVE)`
	checkpointTruncate = `PRAGMA wal_checkpoint(TRUNCATE)`
)

// checkpointer copies the write-ahead log into the file, on a connection of its
// own. It makes nobody wait: where readers hold the log back, it copies what it
// may and comes again.
type checkpointer struct {
	log    string // the path of the write-ahead log
	conn   *sql.Conn
	due    chan struct{} // a copy is asked for
	copied chan struct{} // and done
	end    chan struct{}

	// The writer's alone.
	pagesDue, pagesLate, logMost int64
	written                      int64 // pages since the last copy
	asked                        bool
}

func newCheckpointer(ctx context.Context, db *sql.DB, path string) (*checkpointer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	c := &checkpointer{
		log: path + "-wal", conn: conn,
		due: make(chan struct{}, 1), copied: make(chan struct{}, 1), end: make(chan struct{}),
		pagesDue: pagesDue, pagesLate: pagesLate, logMost: logMost,
	}
	go c.run()
	return c, nil
}

func (c *checkpointer) run() {
	defer close(c.end)
	for range c.due {
		// A failure is no commit's, for those stand in the log. The writer tries in
		// its turn, and where that fails too the log grows until it does not.
		_, _ = c.conn.ExecContext(context.Background(), checkpointPassive)
		c.copied <- struct{}{}
	}
}

// committed is called after each commit by whoever holds the writer. Once the
// writer has copied what was written during the copy beside it, the next write
// begins the log anew.
func (c *checkpointer) committed(ctx context.Context, writer *session) {
	c.written += writer.pagesWritten()
	switch {
	case c.written < c.pagesDue:
		return
	case !c.asked:
		c.asked = true
		c.due <- struct{}{}
		return
	case c.written < c.pagesLate:
		select {
		case <-c.copied:
		default:
			return
		}
	default:
		<-c.copied
	}
	c.asked, c.written = false, 0
	way := checkpointPassive
	if info, err := os.Stat(c.log); err == nil && info.Size() > c.logMost {
		way = checkpointTruncate
	}
	_, _ = writer.exec(ctx, way, nil)
}

// close empties the log, so that nothing erased stays in it. Where another
// program is reading that fails, and the last to leave does it. The writer is
// gone by then.
func (c *checkpointer) close() error {
	close(c.due)
	<-c.end
	_, _ = c.conn.ExecContext(context.Background(), checkpointTruncate)
	return c.conn.Close()
}

// pagesWritten counts the pages that a connection wrote since it was last
// asked, each of them a frame of the write-ahead log.
func (s *session) pagesWritten() (n int64) {
	_ = s.conn.Raw(func(driver any) error {
		counts, ok := driver.(sqlite.DBStatus)
		if !ok {
			return nil
		}
		now, _, err := counts.Status(sqlite.DBStatusCacheWrite, true)
		n = int64(now)
		return err
	})
	return n
}
