package process

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"

	"github.com/otelxapi/otelxapi/e2e/stack"
	"github.com/otelxapi/otelxapi/xapitest"
)

// speed is how much faster than in life time passes for rules and routes.
const speed = 60

func TestACapReachesWhoeverIsOnCallThroughPrometheusAndAlertmanager(t *testing.T) {
	const service = "timeline-reader"
	prometheus, alertmanager := build(t, Prometheus), build(t, Alertmanager)
	inbox := stack.StartInbox()
	t.Cleanup(inbox.Stop)
	addrs := freeAddrs(t, 3)
	jaegerAddr, alertmanagerAddr, prometheusAddr := addrs[0], addrs[1], addrs[2] // nobody listens on the first
	ports := startCollector(t, jaegerAddr)

	dir := t.TempDir()
	routes := filepath.Join(root, "monitoring/alertmanager/alertmanager.yml")
	writeFile(t, filepath.Join(dir, "alertmanager.yml"), alertmanagerFile(t, readFile(t, routes), inbox))
	start(t, Options{
		Program: alertmanager,
		Args: []string{
			"--config.file=" + filepath.Join(dir, "alertmanager.yml"), "--storage.path=" + filepath.Join(dir, "alertmanager"),
			"--web.listen-address=" + alertmanagerAddr,
			"--cluster.listen-address=", // else it listens on all addresses for others of its kind
		},
		Ready: "http://" + alertmanagerAddr + "/-/ready",
	})

	rules, err := stack.SpeedUp([]byte(readFile(t, root, "monitoring/prometheus/x-api.rules.yml")), speed)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "x-api.rules.yml"), string(rules))
	writeFile(t, filepath.Join(dir, "prometheus.yml"),
		prometheusFile(t, readFile(t, root, "monitoring/prometheus/prometheus.yml"), ports, alertmanagerAddr))
	start(t, Options{
		Program: prometheus,
		Args: []string{
			"--config.file=" + filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path=" + filepath.Join(dir, "prometheus"),
			"--web.listen-address=" + prometheusAddr, "--rules.alert.resend-delay=1s",
		},
		Ready: "http://" + prometheusAddr + "/-/ready",
	})

	x := xapitest.Start(t)
	call(t, startProgram(t, service, ports, x), x, "usage_capped")

	told := awaitFiring(t, inbox, "XApiUsageCapped")
	if told.Labels["job"] != service || told.Labels["severity"] != "critical" || told.Labels["family"] != "money" {
		t.Errorf("the alert has the labels %v", told.Labels)
	}
	for _, a := range []string{"summary", "action", "runbook_url"} {
		if told.Annotations[a] == "" {
			t.Errorf("the alert has no %s", a)
		}
	}
	want, err := stack.Route(routes, told.Labels)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(want, told.Receiver) {
		t.Errorf("%s was told, want one of %q", told.Receiver, want)
	}
}

// awaitFiring waits for the first notification of an alert.
func awaitFiring(t *testing.T, inbox *stack.Inbox, alert string) stack.Notification {
	t.Helper()
	limit := time.After(time.Minute)
	for {
		all, more := inbox.Notifications()
		for _, n := range all {
			if n.Labels["alertname"] == alert && n.Status == "firing" {
				return n
			}
		}
		select {
		case <-more:
		case <-limit:
			t.Fatalf("nobody was told of %s within a minute; of others: %+v", alert, all)
		}
	}
}

// alertmanagerFile is the shipped file with the inbox in place of the example
// address of its receivers, and shorter waits.
func alertmanagerFile(t *testing.T, shipped string, inbox *stack.Inbox) string {
	t.Helper()
	const example = "http://127.0.0.1:19999"
	if !strings.Contains(shipped, example) {
		t.Fatalf("no receiver is at %s", example)
	}
	file := strings.ReplaceAll(shipped, example+"/", inbox.URL(""))
	return edit(t, file, func(key string, value *yaml.Node) {
		switch key {
		case "group_wait", "group_interval", "repeat_interval":
			value.Value = shorter(t, value.Value)
		}
	})
}

// prometheusFile is the shipped file with addresses of this test, and shorter
// intervals.
func prometheusFile(t *testing.T, shipped string, ports stack.Ports, alertmanager string) string {
	t.Helper()
	for example, addr := range map[string]string{
		"127.0.0.1:8889": ports.Prometheus, "127.0.0.1:8890": ports.Spans, "127.0.0.1:9093": alertmanager,
	} {
		if !strings.Contains(shipped, example) {
			t.Fatalf("%s is not among the addresses", example)
		}
		shipped = strings.ReplaceAll(shipped, example, addr)
	}
	return edit(t, shipped, func(key string, value *yaml.Node) {
		switch key {
		case "scrape_interval", "scrape_timeout", "evaluation_interval":
			value.Value = shorter(t, value.Value)
		case "rule_files":
			value.Content = []*yaml.Node{{Kind: yaml.ScalarNode, Value: "x-api.rules.yml"}}
		}
	})
}

// edit shows every member of a YAML document to change, which may change it.
func edit(t *testing.T, text string, change func(key string, value *yaml.Node)) string {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Kind == yaml.MappingNode {
			for i := 0; i < len(n.Content); i += 2 {
				change(n.Content[i].Value, n.Content[i+1])
			}
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(&doc)
	out, err := yaml.Marshal(&doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func shorter(t *testing.T, duration string) string {
	t.Helper()
	d, err := model.ParseDuration(duration)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%dms", max(time.Duration(d)/speed, time.Millisecond).Milliseconds())
}
