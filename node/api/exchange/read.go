package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// Read decodes a JSON body strictly: one object of the standard's strict form,
// no member that the contract does not define.
func Read(c echo.Context, into any) error {
	octets := Body(c)
	if len(octets) == 0 {
		return ErrNoBody
	}
	if err := spec.CheckJSON(octets); err != nil {
		return RefuseAs(http.StatusBadRequest, spec.AsRefusal(err))
	}
	d := json.NewDecoder(bytes.NewReader(octets))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return Invalid(wrong.Field, "the member has the wrong JSON type")
	}
	return Invalid(unknownMember(err), "the body has a member that the contract does not define")
}

// longestMember bounds the name of an unknown member that an answer repeats.
const longestMember = 64

// unknownMember is the name in `json: unknown field "name"`, where it is one
// that a person can read. A value is never repeated.
func unknownMember(err error) string {
	_, quoted, _ := strings.Cut(err.Error(), "json: unknown field ")
	name, err := strconv.Unquote(quoted)
	if err != nil || utf8.RuneCountInString(name) > longestMember {
		return ""
	}
	for _, r := range name {
		if !unicode.IsPrint(r) {
			return ""
		}
	}
	return name
}

// Cursor reads the paging parameters of lists.
func Cursor(after *string, limit *int32) (int64, int, error) {
	from, most := int64(0), spec.DefaultLimit
	if after != nil {
		n, err := strconv.ParseInt(*after, 10, 64)
		if err != nil || n < 0 {
			return 0, 0, RefuseAs(http.StatusBadRequest, spec.RefuseField("REQ-FEED-008", "after", "after is the next of an earlier answer"))
		}
		from = n
	}
	if limit != nil {
		if *limit < 1 || *limit > spec.MaxLimit {
			return 0, 0, RefuseAs(http.StatusBadRequest, spec.RefuseField("REQ-FEED-008", "limit", "limit is a whole number from 1 to 500"))
		}
		most = int(*limit)
	}
	return from, most, nil
}

// Stretch is the part of a list that one page shows, and what asks for the
// next one; nil at the end.
func Stretch[T any](all []T, after int64, limit int) ([]T, *string) {
	from := int(min(after, int64(len(all))))
	to := min(from+limit, len(all))
	if to == len(all) {
		return all[from:], nil
	}
	next := strconv.Itoa(to)
	return all[from:to], &next
}

// Spot is where the page of a list begins that starts with the newest. It is
// written as a second and how many of that second were shown.
func Spot(after *string) (store.Place, error) {
	if after == nil {
		return store.Place{}, nil
	}
	second, shown, ok := strings.Cut(*after, ".")
	at, err := strconv.ParseInt(second, 10, 64)
	skip, err2 := strconv.ParseInt(shown, 10, 32)
	if !ok || err != nil || err2 != nil || at < 0 || skip < 1 {
		return store.Place{}, RefuseAs(http.StatusBadRequest, spec.RefuseField("REQ-FEED-008", "after", "after is the next of an earlier answer"))
	}
	return store.Place{At: at, Skip: int(skip)}, nil
}

// OnePage is what a page of at most limit shows of rows that were read from a
// spot, one more than it shows, and what asks for the next one; nil at the end.
func OnePage[T any](rows []T, from store.Place, limit int, at func(T) int64) ([]T, *string) {
	if len(rows) <= limit {
		return rows, nil
	}
	end := store.After(from, rows[:limit], at)
	next := strconv.FormatInt(end.At, 10) + "." + strconv.Itoa(end.Skip)
	return rows[:limit], &next
}
