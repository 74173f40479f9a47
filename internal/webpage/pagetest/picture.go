package pagetest

import (
	"bytes"
	"image"
	_ "image/png" // the format of screenshots
	"os"
	"testing"
)

// checkPicture wants a picture of the right size with more on it than one
// colour, and mostly as bright as the scheme says.
func checkPicture(t *testing.T, file string, size image.Point, scheme string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	img, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Size() != size {
		t.Errorf("the picture is %v, want %v", img.Bounds().Size(), size)
	}
	colours, bright, all := map[[3]uint32]bool{}, 0, 0
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y += 3 {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x += 3 {
			r, g, b, _ := img.At(x, y).RGBA()
			colours[[3]uint32{r, g, b}] = true
			if all++; r+g+b > 3*0x8000 {
				bright++
			}
		}
	}
	if len(colours) < 20 || (bright > all/2) != (scheme == "light") {
		t.Errorf("%d colours, %d of %d pixels bright in the %s scheme", len(colours), bright, all, scheme)
	}
}
