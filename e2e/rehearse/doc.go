// Command rehearse plays the scenarios of e2e/scenario, one for each alert, and
// tells live how the trouble shows: in a trace, in a metric, as an alert, and in
// the inbox of whoever is on call. It runs in the folder of the module e2e:
//
//	go run ./rehearse                            all scenarios
//	go run ./rehearse -list                      their names
//	go run ./rehearse -only usage_capped         one of them
//	go run ./rehearse -page 127.0.0.1:8081 -keep with a page that stays until Ctrl-C
//
// It exits with 1 if an alert did not fire or nobody was told, with 2 if it was
// called wrongly, and with 130 after Ctrl-C.
package main
