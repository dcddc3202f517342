package server

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/notify"
)

// TestWebhook: a subscription is confirmed by the link in its message, without a signature, and then gets what is
// published; every other unsigned request is refused.
func TestWebhook(t *testing.T) {
	ctx := t.Context()
	s, err := Open(ctx, Config{Data: t.TempDir(), Account: "111122223333", Listen: "127.0.0.1:0", AllowPrivateWebhooks: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	face := httptest.NewServer(s.Handler())
	defer face.Close()
	messages := make(chan map[string]string, 4)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		m := map[string]string{}
		_ = json.Unmarshal(b, &m)
		messages <- m
	}))
	defer hook.Close()
	work, stop := context.WithCancel(ctx)
	defer stop()
	go s.topics.Run(work, s.cfg.Log)

	topic, err := s.topics.CreateTopic(ctx, notify.Topic{Account: "111122223333", Region: "us-east-1", Name: "t"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.topics.Subscribe(ctx, topic, "http", hook.URL, nil); err != nil {
		t.Fatal(err)
	}
	link := receive(t, messages)["SubscribeURL"]
	_, query, _ := strings.Cut(link, "?")
	get(t, face.URL+"/?"+strings.Replace(query, "Token=", "Token=x", 1), http.StatusBadRequest)
	get(t, face.URL+"/?"+query, http.StatusOK)
	get(t, face.URL+"/?Action=ListTopics", http.StatusForbidden)
	get(t, face.URL+"/healthz", http.StatusOK)
	if _, err := s.topics.Send(ctx, notify.Message{TopicARN: topic, Text: "control failed"}); err != nil {
		t.Fatal(err)
	}
	if m := receive(t, messages); m["Message"] != "control failed" || m["Type"] != "Notification" {
		t.Errorf("received %v", m)
	}
}

func receive(t *testing.T, messages chan map[string]string) map[string]string {
	t.Helper()
	select {
	case m := <-messages:
		return m
	case <-time.After(20 * time.Second):
		t.Fatal("no message came")
		return nil
	}
}

func get(t *testing.T, url string, status int) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != status {
		t.Errorf("%s answers %d, want %d: %s", url, resp.StatusCode, status, body)
	}
}
