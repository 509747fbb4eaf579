package sheet

import (
	"bytes"
	"strings"
)

// recognise tells a workbook from a text by the first octets, and names what
// is neither. A text is only known to be a table once it has been decoded.
func recognise(octets []byte) (Kind, error) {
	for _, known := range []struct {
		begins, what string
		err          error
	}{
		{"%PDF-", "pdf", ErrNotATable},
		{"\x89PNG\r\n\x1a\n", "png", ErrNotATable},
		{"\xff\xd8\xff", "jpeg", ErrNotATable},
		{"GIF8", "gif", ErrNotATable},
		{"{\\rtf", "rtf", ErrNotATable},
		{"\x1f\x8b", "gzip", ErrNotATable},
		{"7z\xbc\xaf\x27\x1c", "7z", ErrNotATable},
		{"Rar!\x1a\x07", "rar", ErrNotATable},
		{"SQLite format 3\x00", "sqlite", ErrNotATable},
		{"\x09\x08\x10\x00", "xls", ErrOldExcel}, // BIFF without its container
		{"\x09\x08\x08\x00", "xls", ErrOldExcel},
		{"PK\x05\x06", "zip", ErrNoWorkbook},
	} {
		if bytes.HasPrefix(octets, []byte(known.begins)) {
			return "", &Error{Err: known.err, What: known.what}
		}
	}
	if bytes.HasPrefix(octets, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return "", compound(octets)
	}
	if bytes.HasPrefix(octets, []byte("PK\x03\x04")) {
		return XLSX, nil
	}
	if len(bytes.TrimSpace(octets)) == 0 {
		return "", &Error{Err: ErrEmpty}
	}
	return CSV, nil
}

// compound names what stands in the container of old office files. A workbook
// with a password is one too: a modern file, encrypted, in the old container.
func compound(octets []byte) error {
	has := func(stream string) bool {
		var wide []byte
		for _, r := range []byte(stream) {
			wide = append(wide, r, 0)
		}
		return bytes.Contains(octets, wide)
	}
	switch {
	case has("EncryptedPackage"):
		return &Error{Err: ErrLocked, What: "xlsx"}
	case has("WordDocument"):
		return &Error{Err: ErrNotATable, What: "doc"}
	case has("PowerPoint Document"):
		return &Error{Err: ErrNotATable, What: "ppt"}
	}
	return &Error{Err: ErrOldExcel, What: "xls"}
}

// refuseMarkup names texts that are no tables though every line of them could
// be read as one.
func refuseMarkup(text string) error {
	head := strings.ToLower(strings.TrimSpace(text[:min(len(text), 4096)]))
	for _, known := range []struct {
		begins, what string
		err          error
	}{
		{"<!doctype html", "html", ErrWebPage},
		{"<html", "html", ErrWebPage},
		{"<head", "html", ErrWebPage},
		{"<meta", "html", ErrWebPage},
		{"<style", "html", ErrWebPage},
		{"<body", "html", ErrWebPage},
		{"<div", "html", ErrWebPage},
		{"<table", "html", ErrWebPage},
		{"<!--", "html", ErrWebPage},
		{"<?xml", "xml", ErrWebPage},
		{"<!doctype", "xml", ErrWebPage},
		{"mime-version:", "mht", ErrWebPage},
		{"{\"", "json", ErrNotATable},
		{"[{", "json", ErrNotATable},
		{"begin:vcard", "vcard", ErrNotATable},
		{"begin:vcalendar", "icalendar", ErrNotATable},
	} {
		if strings.HasPrefix(head, known.begins) {
			return &Error{Err: known.err, What: known.what}
		}
	}
	if strings.HasPrefix(head, "{") && strings.HasPrefix(strings.TrimSpace(head[1:]), "\"") {
		return &Error{Err: ErrNotATable, What: "json"}
	}
	return nil
}
