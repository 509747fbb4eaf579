package parts

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// FieldView is one question of a form. Either the Key or the written text of a
// label, hint or option is given; a written text is already in the reader's
// language.
type FieldView struct {
	Name            string
	ID              string // "f-" + Name unless given: two forms of a page may ask the same
	Label, LabelKey string
	Hint, HintKey   string
	Error           string // what is wrong, already in the reader's language
	Value           string
	// Type is text (when empty), email, tel, url, date, time, month, number, password,
	// search, file, textarea, select, radio, checkbox (one, or several Options).
	Type         string
	Required     bool
	Checked      bool // of a single checkbox, whose Value is "1" unless given
	Multiple     bool // of a select or a file
	ReadOnly     bool
	Autocomplete string
	InputMode    string
	Lang         string // of the value, where it is not the page's
	Accept       string // of a file
	Min, High    string // of a number or a date
	Step         string // of a number
	Max          int    // most characters, 0 for no end
	Rows         int    // of a textarea
	Options      []Option
}

// Option is one answer of a select, a radio or a group of checkboxes.
type Option struct {
	Value, Label, Key string
	Hint              string
	Selected          bool
}

// FieldError is one line of an ErrorSummary: which field, and what is wrong.
type FieldError struct{ Field, Text string }

// ConfirmView is a page's form that does one thing after a question.
type ConfirmView struct {
	Text, TextKey string
	Action        string // where the form is posted
	Kind          string // of the button: "primary" or "danger"
	ButtonKey     string
	Cancel        string      // where one goes who does not want to
	Hidden        [][2]string // names and values that travel with it
}

// DialogView is a link to a page with a form, and the same form in a dialog
// where there is script. ID is its own on the page.
type DialogView struct {
	ID       string
	OpenKey  string // the words of the link
	Href     string // the page that does without script
	Kind     string // of the link as a button
	Title    string
	TitleKey string
}

func (v FieldView) id() string {
	if v.ID != "" {
		return v.ID
	}
	return "f-" + v.Name
}

func (v FieldView) option(at int) string { return v.id() + "-" + strconv.Itoa(at) }

func (v FieldView) label(ctx context.Context) string { return either(ctx, v.Label, v.LabelKey) }

func (v FieldView) hint(ctx context.Context) string { return either(ctx, v.Hint, v.HintKey) }

func (v FieldView) kind() string {
	switch {
	case v.Type == "":
		return "text"
	case v.Type == "date" && v.Value != "" && !isDay(v.Value):
		return "text" // a browser would show nothing, and what was written would be lost
	}
	return v.Type
}

// isDay says whether a date field could show a value.
func isDay(value string) bool {
	_, err := time.Parse(time.DateOnly, value)
	return err == nil
}

// grouped says whether the label is a legend over several answers.
func (v FieldView) grouped() bool {
	return v.Type == "radio" || v.Type == "checkbox" && len(v.Options) > 0
}

// described lists the ids of what belongs to a field beside its label.
func (v FieldView) described(ctx context.Context) string {
	var ids []string
	if v.hint(ctx) != "" {
		ids = append(ids, v.id()+"-hint")
	}
	if v.Error != "" {
		ids = append(ids, v.id()+"-error")
	}
	return strings.Join(ids, " ")
}

func (v FieldView) checkedValue() string {
	if v.Value == "" {
		return "1"
	}
	return v.Value
}

func positive(n, otherwise int) string {
	if n > 0 {
		return strconv.Itoa(n)
	}
	return strconv.Itoa(otherwise)
}

// attributes are those that all ways to answer share.
func (v FieldView) attributes(ctx context.Context) templ.Attributes {
	all := templ.Attributes{"name": v.Name}
	for name, value := range map[string]string{
		"aria-describedby": v.described(ctx), "autocomplete": v.Autocomplete, "inputmode": v.InputMode, "lang": v.Lang,
		"accept": v.Accept, "min": v.Min, "max": v.High, "step": v.Step,
	} {
		if value != "" {
			all[name] = value
		}
	}
	for name, set := range map[string]bool{"required": v.Required, "multiple": v.Multiple, "readonly": v.ReadOnly} {
		if set {
			all[name] = true
		}
	}
	if v.Error != "" {
		all["aria-invalid"] = "true"
	}
	if v.Max > 0 {
		all["maxlength"] = strconv.Itoa(v.Max)
	}
	return all
}
