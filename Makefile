# Short names for the commands of CONTRIBUTING.md. ARGS are flags of rehearse:
#
#   make rehearse ARGS='-only usage_capped -page 127.0.0.1:8081 -keep'
.PHONY: test ci generate rehearse

test:
	go test ./...

ci:
	bash .ci/run

generate:
	go generate ./...
	go run ./internal/gendocs

rehearse:
	go -C e2e run ./rehearse $(ARGS)
