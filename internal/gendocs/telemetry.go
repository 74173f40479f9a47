package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// telemetry is what attributes.go and names.go declare.
type telemetry struct {
	attributes []attributeDoc
	events     []eventDoc
	metrics    []metricDoc
	others     []string // what else is spelled with the prefix: names of spans, keys of logs
}

// attributeDoc is a constant whose name ends in "Key".
type attributeDoc struct {
	key      string
	typ      string
	when     string
	on       []string // "span", "metric" (the duration), "event", "x_api metric" (the others), "stream" (the span of a stream)
	standard bool     // a key of OpenTelemetry's semantic conventions
	doc      prose
}

// eventDoc is a constant whose name begins with "event".
type eventDoc struct {
	name string
	doc  prose
}

// metricDoc is a constant whose name begins with "metric".
type metricDoc struct {
	name, instrument, unit string
	attributes             string // empty: none
	query                  string // in PromQL
	doc                    prose
}

// semconvKeys resolves the names of the semantic conventions that
// attributes.go uses.
var semconvKeys = map[string]attribute.Key{
	"ErrorTypeKey":                 semconv.ErrorTypeKey,
	"HTTPRequestMethodKey":         semconv.HTTPRequestMethodKey,
	"HTTPRequestMethodOriginalKey": semconv.HTTPRequestMethodOriginalKey,
	"HTTPRequestResendCountKey":    semconv.HTTPRequestResendCountKey,
	"HTTPResponseStatusCodeKey":    semconv.HTTPResponseStatusCodeKey,
	"NetworkProtocolNameKey":       semconv.NetworkProtocolNameKey,
	"NetworkProtocolVersionKey":    semconv.NetworkProtocolVersionKey,
	"ServerAddressKey":             semconv.ServerAddressKey,
	"ServerPortKey":                semconv.ServerPortKey,
	"URLFullKey":                   semconv.URLFullKey,
	"URLSchemeKey":                 semconv.URLSchemeKey,
	"URLTemplateKey":               semconv.URLTemplateKey,
	"UserAgentOriginalKey":         semconv.UserAgentOriginalKey,
}

// The last paragraph of a comment, which holds the columns of the tables.
var (
	attributeFields = regexp.MustCompile(`^Type: (string|int|float|bool)\. When: (.+)\. On: ((?:span|metric|event|x_api metric|stream)(?:, (?:span|metric|event|x_api metric|stream))*)\.$`)
	metricFields    = regexp.MustCompile(`^Instrument: (.+?)\. Unit: (\S+?)\.(?: Attributes: (.+?)\.)?(?: Query: (\S.*))?$`)
)

// readTelemetry reads the documented constants of a file. A key, event or
// metric without a comment of the expected form is an error, so that nothing
// goes undocumented.
func readTelemetry(file *ast.File) (telemetry, error) {
	var t telemetry
	prefix := "" // the value of the constant prefix, which stands before its uses
	for name, spec := range constants(file) {
		i := slices.IndexFunc(spec.Names, func(n *ast.Ident) bool { return n.Name == name })
		if i >= len(spec.Values) {
			continue
		}
		value := spec.Values[i]
		var err error
		switch {
		case name == "prefix":
			prefix, err = stringValue(value, "")
		case strings.HasSuffix(name, "Key"):
			err = t.addAttribute(spec, value, prefix)
		case strings.HasPrefix(name, "event"):
			err = t.addEvent(spec, value, prefix)
		case strings.HasPrefix(name, "metric"):
			err = t.addMetric(spec, value, prefix)
		default:
			if s, err := stringValue(value, prefix); err == nil && prefix != "" && strings.HasPrefix(s, prefix) {
				t.others = append(t.others, s)
			}
		}
		if err != nil {
			return t, fmt.Errorf("%s: %w", name, err)
		}
	}
	if len(t.attributes) == 0 {
		return t, errors.New("no constant whose name ends in Key")
	}
	return t, nil
}

// constants yields the names of a file's constants with their declarations, in
// the order of the file.
func constants(file *ast.File) func(yield func(string, *ast.ValueSpec) bool) {
	return func(yield func(string, *ast.ValueSpec) bool) {
		for _, d := range file.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.CONST {
				continue
			}
			for _, s := range decl.Specs {
				spec, ok := s.(*ast.ValueSpec)
				if !ok {
					continue
				}
				if spec.Doc == nil && !decl.Lparen.IsValid() {
					spec.Doc = decl.Doc
				}
				for _, n := range spec.Names {
					if !yield(n.Name, spec) {
						return
					}
				}
			}
		}
	}
}

func (t *telemetry) addAttribute(spec *ast.ValueSpec, value ast.Expr, prefix string) error {
	doc, fields, err := readDoc(spec, attributeFields, `"Type: ... When: ... On: ..."`)
	if err != nil {
		return err
	}
	a := attributeDoc{typ: fields[1], when: fields[2], on: strings.Split(fields[3], ", "), doc: doc}
	if a.key, a.standard, err = keyValue(value, prefix); err != nil {
		return err
	}
	t.attributes = append(t.attributes, a)
	return nil
}

func (t *telemetry) addEvent(spec *ast.ValueSpec, value ast.Expr, prefix string) error {
	doc, _, err := readDoc(spec, nil, "")
	if err != nil {
		return err
	}
	name, err := stringValue(value, prefix)
	t.events = append(t.events, eventDoc{name, doc})
	return err
}

func (t *telemetry) addMetric(spec *ast.ValueSpec, value ast.Expr, prefix string) error {
	doc, fields, err := readDoc(spec, metricFields, `"Instrument: ... Unit: ... Attributes: ... Query: ..."`)
	if err != nil {
		return err
	}
	name, err := stringValue(value, prefix)
	t.metrics = append(t.metrics, metricDoc{name, fields[1], fields[2], fields[3], fields[4], doc})
	return err
}

// readDoc splits the comment of a constant into prose and the fields of the
// last paragraph, which has to match the pattern unless that is nil.
func readDoc(spec *ast.ValueSpec, pattern *regexp.Regexp, form string) (prose, []string, error) {
	if len(spec.Names) != 1 {
		return prose{}, nil, errors.New("declare it alone, with its own comment")
	}
	text := paragraphs(spec.Doc.Text())
	var fields []string
	if pattern != nil && len(text) > 0 {
		fields = pattern.FindStringSubmatch(text[len(text)-1])
		text = text[:len(text)-1]
	}
	if pattern != nil && fields == nil {
		return prose{}, nil, fmt.Errorf("the comment does not end with a paragraph of the form %s", form)
	}
	doc, err := newProse(spec.Names[0].Name, text)
	return doc, fields, err
}

// keyValue evaluates semconv.XKey and attribute.Key(prefix + "x").
func keyValue(e ast.Expr, prefix string) (key string, standard bool, err error) {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		pkg, ok := e.X.(*ast.Ident)
		if !ok || pkg.Name != "semconv" {
			break
		}
		k, ok := semconvKeys[e.Sel.Name]
		if !ok {
			return "", false, fmt.Errorf("semconv.%s is not in semconvKeys of internal/gendocs; add it", e.Sel.Name)
		}
		return string(k), true, nil
	case *ast.CallExpr:
		fun, ok := e.Fun.(*ast.SelectorExpr)
		if !ok || fun.Sel.Name != "Key" || len(e.Args) != 1 {
			break
		}
		key, err = stringValue(e.Args[0], prefix)
		return key, false, err
	}
	return "", false, errors.New(`the value is neither semconv.XKey nor attribute.Key(prefix + "x")`)
}

// stringValue evaluates a string literal, the constant prefix, and sums of
// them.
func stringValue(e ast.Expr, prefix string) (string, error) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			return strconv.Unquote(e.Value)
		}
	case *ast.Ident:
		if e.Name == "prefix" && prefix != "" {
			return prefix, nil
		}
	case *ast.ParenExpr:
		return stringValue(e.X, prefix)
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			break
		}
		x, err := stringValue(e.X, prefix)
		if err != nil {
			return "", err
		}
		y, err := stringValue(e.Y, prefix)
		return x + y, err
	}
	return "", errors.New("the value is not made of string literals and prefix")
}
