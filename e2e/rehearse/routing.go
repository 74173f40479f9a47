package main

import (
	"time"

	"github.com/prometheus/alertmanager/config"
	amcommoncfg "github.com/prometheus/alertmanager/config/common"
	"github.com/prometheus/alertmanager/dispatch"
	amlabels "github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"
)

// routing answers why nobody was told of an alert yet, by Alertmanager's file.
type routing struct {
	rules []amcommoncfg.InhibitRule
	route *dispatch.Route
}

func loadRouting(file string) (*routing, error) {
	cfg, err := config.LoadFile(file)
	if err != nil {
		return nil, err
	}
	return &routing{cfg.InhibitRules, dispatch.NewRoute(cfg.Route, nil)}, nil
}

// inhibits says whether an alert keeps another one back.
func (r *routing) inhibits(source, target model.LabelSet) bool {
	for _, rule := range r.rules {
		from, to := amlabels.Matchers(rule.SourceMatchers), amlabels.Matchers(rule.TargetMatchers)
		if !from.Matches(source) || !to.Matches(target) || from.Matches(target) && to.Matches(source) {
			continue
		}
		same := true
		for _, l := range rule.Equal {
			name := model.LabelName(l)
			same = same && source[name] == target[name]
		}
		if same {
			return true
		}
	}
	return false
}

// waits returns the receiver that is told of an alert first, and how long its
// group waits, in life's time.
func (r *routing) waits(ls model.LabelSet) (receiver string, wait time.Duration) {
	for i, to := range r.route.Match(ls) {
		if i == 0 || to.RouteOpts.GroupWait < wait {
			receiver, wait = to.RouteOpts.Receiver, to.RouteOpts.GroupWait
		}
	}
	return receiver, wait
}
