// Package parts is the common language of the pages: the page itself, forms,
// tables, notices, dates and charts as templ components, the style sheet and
// the small script. It refuses requests, stores and rules, and every sentence
// of its own: words come from node/web/text, everything else is an argument.
//
// How a page is written, in its own .templ file (make gen translates it):
//
//	templ Skills(rows []parts.Row, more parts.PagerView) {
//		@parts.Page() {
//			<p class="lead">{ parts.T(ctx, "mine.skills.lead") }</p>
//			@parts.Table(parts.TableView{CaptionKey: "mine.skills",
//				Columns: []parts.Column{{Key: "mine.skill"}, {Key: "mine.level", Numeric: true}}, Rows: rows})
//			<form method="post" action="/mine/skills">
//				@parts.CSRF()
//				@parts.Field(parts.FieldView{Name: "code", LabelKey: "mine.skill", Required: true})
//				@parts.Button("primary", "mine.skill.add")
//			</form>
//		}
//	}
//
// and rendered with Skills(…).Render(parts.With(ctx, frame), w). Rows come from
// parts.Cells("土木", 3, parts.Badge("good", words)). A page that must confirm
// links to a page with parts.Confirm; parts.Dialog makes the same link quicker.
// parts.Gallery shows every component.
package parts
