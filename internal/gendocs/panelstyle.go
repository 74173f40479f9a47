package main

import "fmt"

// fieldConfig says how a panel shows its values.
func (p panel) fieldConfig() object {
	defaults := object{"unit": p.unit, "min": 0, "color": object{"mode": "palette-classic"}}
	if p.unit == "" {
		defaults["unit"] = "short"
	}
	if p.most > 0 {
		defaults["max"] = p.most
	}
	if p.signed() {
		delete(defaults, "min")
	}
	steps := []any{object{"color": p.calm(), "value": nil}}
	for _, l := range p.limits {
		steps = append(steps, object{"color": l.color, "value": l.from})
	}
	defaults["thresholds"] = object{"mode": "absolute", "steps": steps}
	switch p.kind {
	case "timeseries":
		defaults["custom"] = p.lines()
	case "stat":
		defaults["color"] = object{"mode": "thresholds"}
	case "table":
		defaults["custom"] = object{"align": "auto", "cellOptions": object{"type": "auto"}, "filterable": true, "inspect": false}
		delete(defaults, "min")
	}
	return object{"defaults": defaults, "overrides": p.overrides()}
}

// signed reports whether values below zero have a meaning: thresholds there say
// so.
func (p panel) signed() bool { return len(p.limits) > 0 && p.limits[0].from < 0 }

// calm is the color of values below the first threshold: of a share that must
// not become small, that is the bad one.
func (p panel) calm() string {
	if len(p.limits) > 0 && (p.signed() || p.limits[len(p.limits)-1].color == "green") {
		return "red"
	}
	return "green"
}

// lines is the style of a graph. Thresholds are drawn as lines.
func (p panel) lines() object {
	o := object{"drawStyle": "line", "lineInterpolation": "linear", "lineWidth": 1, "fillOpacity": 8, "gradientMode": "none",
		"showPoints": "never", "pointSize": 5, "spanNulls": false, "axisPlacement": "auto", "axisLabel": "",
		"scaleDistribution": object{"type": "linear"}, "stacking": object{"mode": "none", "group": "A"},
		"hideFrom": object{"legend": false, "tooltip": false, "viz": false}, "thresholdsStyle": object{"mode": "off"}}
	if p.stacked {
		o["drawStyle"], o["fillOpacity"], o["stacking"] = "bars", 80, object{"mode": "normal", "group": "A"}
	}
	if len(p.limits) > 0 {
		o["thresholdsStyle"] = object{"mode": "dashed"}
	}
	return o
}

func (p panel) options() object {
	switch p.kind {
	case "stat":
		return object{"colorMode": "value", "graphMode": "none", "justifyMode": "auto", "orientation": "auto", "textMode": "auto",
			"reduceOptions": object{"calcs": []string{"lastNotNull"}, "fields": "", "values": false}}
	case "table":
		return object{"showHeader": true, "cellHeight": "sm",
			"footer": object{"show": false, "reducer": []string{"sum"}, "countRows": false, "fields": ""}}
	}
	return object{
		"legend":  object{"displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []any{}},
		"tooltip": object{"mode": "multi", "sort": "desc"},
	}
}

// transformations joins the queries of a table to one row for each set of
// labels, and names the columns of their values.
func (p panel) transformations() []any {
	renamed := object{}
	for i, q := range p.queries {
		value := "Value"
		if len(p.queries) > 1 {
			value = fmt.Sprintf("Value #%c", 'A'+i)
		}
		renamed[value] = q.legend
	}
	return []any{
		object{"id": "merge", "options": object{}},
		object{"id": "organize", "options": object{
			"excludeByName": object{"Time": true}, "indexByName": object{}, "renameByName": renamed,
		}},
	}
}

// overrides are the columns of a table that are not shown as they come.
func (p panel) overrides() []any {
	list := []any{}
	for _, c := range p.columns {
		properties := []any{}
		if c.unit != "" {
			properties = append(properties, object{"id": "unit", "value": c.unit})
		}
		if c.link != "" {
			properties = append(properties, object{"id": "links", "value": []any{
				object{"title": "Runbook", "url": c.link, "targetBlank": true},
			}})
		}
		list = append(list, object{"matcher": object{"id": "byName", "options": c.name}, "properties": properties})
	}
	return list
}
