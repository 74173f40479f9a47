// Package webpage is what the pages of this repository share: how they look,
// and the headers that keep everything but their own style out of them.
package webpage
