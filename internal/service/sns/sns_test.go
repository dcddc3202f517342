package sns_test

import (
	"encoding/xml"
	"fmt"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"

	api "github.com/tickmark/tickmark/internal/awsapi/sns"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/service/sns"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

func open(t *testing.T) (servicetest.Env, *notify.Directory) {
	env := storetest.Open(t)
	topics := notify.New(store.For(env.DB, func(tx *store.Tx) notify.Tx { return tx }), env.Clock, "http://localhost:4780",
		notify.Targets{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	r := awswire.NewRegistry(awswire.Config{Stamp: env.Clock}, api.Service)
	sns.New(topics, awswire.NewTokens([]byte("test"))).Register(r)
	return servicetest.Env{Registry: r, Services: []*awswire.Service{api.Service}, Clock: env.Clock}, topics
}

func TestStories(t *testing.T) {
	servicetest.Run(t, "testdata", func(t *testing.T) servicetest.Env {
		env, topics := open(t)
		// A confirmed subscription needs a token that only its endpoint sees.
		name, err := topics.CreateTopic(t.Context(), notify.Topic{Account: servicetest.Account, Region: servicetest.Region, Name: "confirmed"})
		if err != nil {
			t.Fatal(err)
		}
		sub, err := topics.Subscribe(t.Context(), name, "https", "https://example.com/hook", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := topics.Confirm(t.Context(), name, sub.Token, false); err != nil {
			t.Fatal(err)
		}
		return env
	})
}

// TestListsArePaged counts through more topics than a page holds.
func TestListsArePaged(t *testing.T) {
	env, topics := open(t)
	for i := range 150 {
		if _, err := topics.CreateTopic(t.Context(), notify.Topic{Account: servicetest.Account, Region: servicetest.Region, Name: fmt.Sprintf("t%03d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	seen, token := map[string]bool{}, ""
	for page := 1; ; page++ {
		r := httptest.NewRequest("GET", "/?"+url.Values{"Action": {"ListTopics"}, "NextToken": {token}}.Encode(), nil)
		w := httptest.NewRecorder()
		env.Registry.Serve(w, r, "sns", awswire.Caller{Account: servicetest.Account, Region: servicetest.Region})
		var got struct {
			Result struct {
				Topics    []string `xml:"Topics>member>TopicArn"`
				NextToken string
			} `xml:"ListTopicsResult"`
		}
		if err := xml.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		for _, topic := range got.Result.Topics {
			seen[topic] = true
		}
		if token = got.Result.NextToken; token == "" {
			if page != 2 || len(seen) != 150 || len(got.Result.Topics) != 50 {
				t.Errorf("%d topics on %d pages: %s", len(seen), page, w.Body)
			}
			return
		}
	}
}
