package browser

import "fmt"

// Rule is one thing that a page must keep. Criterion numbers are those of WCAG
// 2.2; JIS X 8341-3:2016 is WCAG 2.0 in Japanese and counts alike, and has no
// counterpart to what came later: 1.3.5, 1.4.10 to 1.4.13, 2.4.11, 2.5.3, 2.5.8
// and 4.1.3.
type Rule struct {
	Name      string
	Criterion string
	Says      string
	when      moment
}

// moment is how the page is shown while a rule is asked.
type moment int

const (
	atRest   moment = iota // as it is
	withKeys               // after a key
	enlarged               // 1280 wide at 200 %
	narrowed               // 320 wide
)

func (l look) String() string {
	return fmt.Sprintf("%s, %d px, %d %%", l.scheme, l.width, l.zoom)
}

// Rules are all rules of Check.
func Rules() []Rule { return rules() }

func rules() []Rule {
	return append(append(pageRules(), nameRules()...), formRules()...)
}

func pageRules() []Rule {
	return []Rule{
		{"html-lang", "3.1.1", "the page says its language, and it is one", atRest},
		{"part-lang", "3.1.2", "a part's language is one", atRest},
		{"lang-parts", "3.1.2", "words of another language are marked; names stand in code, bdi or translate=no", atRest},
		{"page-title", "2.4.2", "the page has a title", atRest},
		{"one-main", "1.3.1", "there is one main landmark", atRest},
		{"one-h1", "1.3.1", "there is one first heading", atRest},
		{"heading-order", "1.3.1", "headings go down one level at a time", atRest},
		{"heading-text", "2.4.6", "a heading has words", atRest},
		{"landmark-name", "1.3.1", "landmarks of one kind have different names", atRest},
		{"skip-link", "2.4.1", "the first stop of the keyboard leads to the content", atRest},
		{"fragment-target", "2.4.1", "a link into the page leads somewhere", atRest},
		{"viewport-zoom", "1.4.4", "the page can be enlarged on a telephone", atRest},
		{"no-motion", "2.2.2", "nothing plays, blinks or moves by itself", atRest},
		{"no-refresh", "2.2.1", "the page does not change by itself", atRest},
		{"accesskey", "4.1.2", "a shortcut belongs to one control", atRest},
		{"table-name", "1.3.1", "a table has a caption", atRest},
		{"table-headers", "1.3.1", "a table of data has header cells with words", atRest},
		{"th-scope", "1.3.1", "a header cell says what it heads", atRest},
		{"list-items", "1.3.1", "lists hold items, and items stand in lists", atRest},
		{"unique-id", "4.1.2", "an id is given once", atRest},
		{"contrast-text", "1.4.3", "text has 4.5 against its ground, large text 3", atRest},
		{"contrast-control", "1.4.11", "the edge of a field or button has 3", atRest},
		{"link-in-text", "1.4.1", "a link in a sentence differs by more than colour", atRest},
		{"target-size", "2.5.8", "a target has 24×24 CSS pixels, or that much room", atRest},
		{"focus-visible", "2.4.7", "what has the focus shows it", withKeys},
		{"contrast-focus", "1.4.11", "what shows the focus has 3", withKeys},
		{"focus-covered", "2.4.11", "what has the focus is not behind something", withKeys},
		{"reflow", "1.4.10", "at 320 CSS pixels nothing scrolls to the side", narrowed},
		{"clipped", "1.4.4", "at 200 % no text is cut off", enlarged},
		{"text-spacing", "1.4.12", "with wider spaces no text is cut off", enlarged},
	}
}

func nameRules() []Rule {
	return []Rule{
		{"button-name", "4.1.2", "a button has a name", atRest},
		{"link-name", "2.4.4", "a link has a name", atRest},
		{"link-text", "2.4.4", "a link says where it leads", atRest},
		{"label-in-name", "2.5.3", "what is read aloud holds what is seen", atRest},
		{"image-name", "1.1.1", "a picture has an alternative text or is hidden", atRest},
		{"image-text", "1.4.5", "text is text and not a picture", atRest},
		{"frame-title", "4.1.2", "a frame has a title", atRest},
		{"dialog-name", "4.1.2", "a dialog has a name", atRest},
		{"summary-name", "4.1.2", "details begin with a summary that has words", atRest},
		{"live-role", "4.1.3", "what speaks up has the role status or alert", atRest},
		{"time-datetime", "1.3.1", "a time can be read by a machine", atRest},
		{"aria-reference", "1.3.1", "what an attribute refers to is there", atRest},
		{"aria-role", "4.1.2", "a role is one of the standard", atRest},
		{"aria-value", "4.1.2", "an aria attribute exists and has a value of its own", atRest},
		{"tab-order", "2.4.3", "no tabindex jumps the queue", atRest},
		{"hidden-focus", "4.1.2", "what is hidden from readers takes no focus", atRest},
		{"nested-control", "4.1.2", "no control stands inside another", atRest},
		{"control-focusable", "2.1.1", "the keyboard reaches what has the role of a control", atRest},
		{"click-role", "2.1.1", "what can be clicked is a button or a link", atRest},
	}
}

func formRules() []Rule {
	return []Rule{
		{"control-name", "4.1.2", "a field has a label", atRest},
		{"label-visible", "3.3.2", "the label of a field can be seen", atRest},
		{"required-marked", "3.3.2", "a field that must be filled in says so to eyes and machines", atRest},
		{"error-described", "3.3.1", "a wrong field says what is wrong", atRest},
		{"error-summary", "3.3.1", "a list of errors leads to the fields", atRest},
		{"group-legend", "1.3.1", "choices of one question stand in a fieldset with a legend", atRest},
		{"option-text", "4.1.2", "a choice has words", atRest},
		{"autocomplete", "1.3.5", "a field about the person says so", atRest},
	}
}

// criterionOf is the criterion of a rule, with the name of its standard.
func criterionOf(name string) string {
	for _, r := range rules() {
		if r.Name == name {
			return "WCAG " + r.Criterion
		}
	}
	return "no rule"
}
