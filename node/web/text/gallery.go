package text

import "github.com/fukusen/fukusen/spec"

// galleryTexts are the words of the style page.
var galleryTexts = map[string]spec.Text{}
