package e2e

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// schemaErrors returns what Grafana's schema has against a dashboard. That a
// member with a default is missing does not count: Grafana adds it, and leaves
// it out itself.
func schemaErrors(text []byte) (found []string) {
	var d dashboard.Dashboard
	err := errors.Join(d.UnmarshalJSONStrict(text), d.Validate())
	if err == nil {
		return nil
	}
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimSpace(line); !strings.HasSuffix(line, "required field is missing from input") {
			found = append(found, line)
		}
	}
	return found
}

func TestTheDashboardIsOneThatGrafanasSchemaKnows(t *testing.T) {
	panels := cog.NewRuntime()
	panels.RegisterPanelcfgVariant(stat.VariantConfig())
	panels.RegisterPanelcfgVariant(table.VariantConfig())
	panels.RegisterPanelcfgVariant(timeseries.VariantConfig())
	panels.RegisterDataqueryVariant(prometheus.VariantConfig())
	text, err := os.ReadFile("../monitoring/grafana/x-api.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range schemaErrors(text) {
		t.Error(e)
	}
	for what, change := range map[string][2]string{
		"a member of a panel that Grafana lacks":  {`"gridPos": {`, `"gridpos": {`},
		"an option of a panel that Grafana lacks": {`"graphMode": `, `"graphmode": `},
		"a member of a query that Grafana lacks":  {`"expr": `, `"query": `},
		"a number in place of a text":             {`"legendFormat": "`, `"interval": 1, "legendFormat": "`},
	} {
		broken := strings.Replace(string(text), change[0], change[1], 1)
		if broken == string(text) || len(schemaErrors([]byte(broken))) == 0 {
			t.Errorf("%s goes unseen", what)
		}
	}
}
