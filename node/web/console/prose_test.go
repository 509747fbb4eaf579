package console

import (
	"fmt"
	"testing"
)

func TestADocumentsMarkdownBecomesBlocks(t *testing.T) {
	got := prose("# Charter\n\nOne **two**\nthree <b>.\n\n1. **A.** b\n2. c\n\n- d\n\n| x | y |\n|---|--:|\n| 1 | **2** |\n\nEnd")
	want := "[{h [[Charter]] []} {p [[One  two \nthree <b>.]] []} {ol [[ A.  b] [c]] []} {ul [[d]] []} {table [] [[[x] [y]] [[1] [ 2 ]]]} {p [[End]] []}]"
	if said := fmt.Sprint(got); said != want {
		t.Errorf("read\n%s\nwant\n%s", said, want)
	}
}
