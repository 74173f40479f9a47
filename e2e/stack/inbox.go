package stack

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// Notification is an alert as Alertmanager told of it.
type Notification struct {
	Receiver    string // the last part of the webhook's path
	Status      string // "firing" or "resolved"
	Labels      map[string]string
	Annotations map[string]string
	StartsAt    time.Time
	Received    time.Time
}

// Inbox is a server for Alertmanager's webhooks. It is safe for concurrent use.
type Inbox struct {
	server *httptest.Server
	mu     sync.Mutex
	all    []Notification
	told   chan struct{} // closed at the next notification
}

// StartInbox starts a server on a free port of loopback.
func StartInbox() *Inbox {
	in := &Inbox{told: make(chan struct{})}
	in.server = httptest.NewServer(http.HandlerFunc(in.receive))
	return in
}

// URL is the webhook of a receiver of that name.
func (in *Inbox) URL(receiver string) string { return in.server.URL + "/" + receiver }

func (in *Inbox) receive(w http.ResponseWriter, r *http.Request) {
	var message struct {
		Alerts []struct {
			Status      string            `json:"status"`
			Labels      map[string]string `json:"labels"`
			Annotations map[string]string `json:"annotations"`
			StartsAt    time.Time         `json:"startsAt"`
		} `json:"alerts"`
	}
	if err := json.NewDecoder(r.Body).Decode(&message); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	now := time.Now()
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, a := range message.Alerts {
		in.all = append(in.all, Notification{
			Receiver: r.URL.Path[1:], Status: a.Status, Labels: a.Labels,
			Annotations: a.Annotations, StartsAt: a.StartsAt, Received: now,
		})
	}
	close(in.told)
	in.told = make(chan struct{})
}

// Notifications returns all that have come, and a channel that is closed when
// there are more.
func (in *Inbox) Notifications() ([]Notification, <-chan struct{}) {
	in.mu.Lock()
	defer in.mu.Unlock()
	return append([]Notification(nil), in.all...), in.told
}

// Stop ends the server.
func (in *Inbox) Stop() { in.server.Close() }
