package main

import (
	"fmt"
	"strconv"

	"github.com/otelxapi/otelxapi/classify"
	"github.com/otelxapi/otelxapi/xapitest"
)

// answerTable lists the scenarios that a server plays.
func answerTable(f *facts) string {
	var rows [][]string
	for _, s := range f.scenarios {
		if s.Fault != xapitest.FaultNone {
			continue
		}
		status := "none"
		if s.Status != 0 {
			status = strconv.Itoa(s.Status)
		}
		class := classLink(s.Class)
		if s.Problem != "" {
			class += ", " + classLink(s.Problem)
		}
		rows = append(rows, []string{code(s.Name), code(s.Method + " " + s.Path), status, class, markdown(s.About)})
	}
	return table([]string{"Scenario", "Request", "Status", "Class", "What"}, rows)
}

// failureTable lists the scenarios that only a network plays.
func failureTable(f *facts) string {
	var rows [][]string
	for _, s := range f.scenarios {
		if s.Fault != xapitest.FaultNone {
			rows = append(rows, []string{code(s.Name), code(string(s.Fault)), classLink(s.Class), markdown(s.About)})
		}
	}
	return table([]string{"Scenario", "Fault", "Class", "What"}, rows)
}

// classLink is a link within docs/.
func classLink(c classify.Class) string {
	return fmt.Sprintf("[%s](classes.md#%s)", code(string(c)), c)
}
