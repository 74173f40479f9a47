// Package pagetest tests pages of package webpage: what a browser makes of
// them, and what their headers keep out. Only tests import it.
package pagetest
