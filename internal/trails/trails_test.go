package trails_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/blob"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trails"
)

const management, member, delegate = "111122223333", "222233334444", "333344445555"

var here = trails.Place{Account: management, Region: "eu-west-1"}

type house struct {
	*trails.Directory
	t     *testing.T
	env   *storetest.Env
	org   *organization.Directory
	store trails.Store
}

type blobs struct{ *blob.Dir }

func (b blobs) Put(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	ref, err := b.Dir.Put(ctx, r, limit)
	return ref.SHA256, ref.Size, err
}

func (b blobs) Open(ctx context.Context, hash string) (io.ReadSeekCloser, error) {
	return b.Dir.Open(ctx, hash)
}

// elsewhere is another S3: buckets that begin with away take files.
func elsewhere(_ context.Context, f delivery.File, _ io.Reader) error {
	switch {
	case strings.HasPrefix(f.Bucket, "away"):
		return nil
	case strings.HasPrefix(f.Bucket, "closed"):
		return fault.New(fault.Denied, "The bucket is closed.").With("AccessDenied")
	}
	return fault.New(fault.NotFound, "The bucket is not there.").With("NoSuchBucket")
}

func open(t *testing.T) *house {
	t.Helper()
	env := storetest.Open(t)
	bytes, err := blob.Open(t.TempDir())
	h := &house{t: t, env: env, store: store.For(env.DB, func(tx *store.Tx) trails.Tx { return tx })}
	h.ok(err)
	shelf := object.New(store.For(env.DB, func(tx *store.Tx) object.Tx { return tx }), blobs{bytes})
	topics := notify.New(store.For(env.DB, func(tx *store.Tx) notify.Tx { return tx }), env.Clock, "http://localhost", notify.Targets{})
	h.org = organization.New(store.For(env.DB, func(tx *store.Tx) organization.Tx { return tx }), env.Clock, management)
	h.Directory = trails.New(trails.Parts{Store: h.store, Shelf: shelf, Topics: topics, Organization: h.org, Remote: elsewhere})
	h.ok(shelf.CreateBucket(t.Context(), management, "eu-west-1", "logs", env.Clock.Now()))
	h.ok(shelf.CreateBucket(t.Context(), member, "eu-west-1", "theirs", env.Clock.Now()))
	_, err = topics.CreateTopic(t.Context(), notify.Topic{Account: management, Region: "eu-west-1", Name: "told"})
	h.ok(err)
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) refuses(err error, code string) {
	h.t.Helper()
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != code {
		h.t.Errorf("refused with %v, want %s", err, code)
	}
}

func (h *house) create(at trails.Place, name string, s trails.Settings) trails.Trail {
	h.t.Helper()
	if s.Bucket == "" {
		s.Bucket = "logs"
	}
	made, err := h.Create(h.t.Context(), at, name, "", s, nil)
	h.ok(err)
	return made
}

func names(list []trails.Trail) (out []string) {
	for _, t := range list {
		out = append(out, t.HomeRegion+"/"+t.Name)
	}
	return out
}

func TestNames(t *testing.T) {
	for name, good := range map[string]bool{
		"abc": true, "My-trail_1.x": true, strings.Repeat("a", 128): true, "1st": true,
		"": false, "ab": false, strings.Repeat("a", 129): false, "-abc": false, "abc-": false, "a--b": false, "my-_name": false,
		"192.168.5.4": false, "two words": false, "ümlaut": false, "abc\n": false,
	} {
		if err := trails.CheckName(name); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestLife(t *testing.T) {
	h, ctx := open(t), t.Context()
	made, err := h.Create(ctx, here, "audit", "told", trails.Settings{Bucket: "logs", Prefix: "a/b", GlobalEvents: true}, map[string]string{"k": "v"})
	h.ok(err)
	if made.ARN != "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit" || made.TopicName() != "told" || made.BucketAccount != management || made.Logging || made.CustomSelectors() {
		t.Errorf("made %+v", made)
	}
	tags, err := h.Resources().Tags(ctx, here, made.ARN)
	h.ok(err)
	if tags["k"] != "v" {
		t.Errorf("tags %v", tags)
	}
	h.ok(h.Start(ctx, here, "audit"))
	h.ok(h.Start(ctx, here, made.ARN))
	active, err := h.Logging(ctx)
	h.ok(err)
	if len(active) != 1 || active[0].Name != "audit" {
		t.Errorf("logging %v", active)
	}
	changed, err := h.Update(ctx, here, "audit", trails.Change{Prefix: new(""), Topic: new(""), Validation: new(true)})
	h.ok(err)
	if changed.Prefix != "" || changed.TopicARN != "" || !changed.Validation || !changed.Logging || !changed.GlobalEvents {
		t.Errorf("changed %+v", changed)
	}
	h.ok(h.store.Write(ctx, func(tx trails.Tx) error {
		return trails.Note(tx, made.ARN, here, func(s *trails.Status) { s.Delivered, s.Error = tx.Now(), "AccessDenied" })
	}))
	h.ok(h.store.Write(ctx, func(tx trails.Tx) error {
		return trails.Note(tx, made.ARN, here, func(s *trails.Status) { s.Error = "" })
	}))
	if _, s, err := h.Status(ctx, here, "audit"); err != nil || s.Delivered.IsZero() || s.Error != "" {
		t.Errorf("status %+v %v", s, err)
	}
	h.ok(h.Stop(ctx, here, "audit"))
	if got, _ := h.Get(ctx, here, "audit"); got.Logging || got.Stopped.IsZero() || got.Started.IsZero() {
		t.Errorf("stopped %+v", got)
	}
	h.ok(h.Delete(ctx, here, "audit"))
	_, err = h.Get(ctx, here, "audit")
	h.refuses(err, "TrailNotFoundException")
	h.refuses(h.Delete(ctx, here, "audit"), "TrailNotFoundException")
	h.ok(h.store.Write(ctx, func(tx trails.Tx) error {
		return trails.Note(tx, made.ARN, here, func(s *trails.Status) { s.DigestDelivered = tx.Now() })
	}))
	again := h.create(here, "audit", trails.Settings{})
	if tags, err := h.Resources().Tags(ctx, here, again.ARN); err != nil || len(tags) != 0 {
		t.Errorf("a new trail has the tags %v of an old one (%v)", tags, err)
	}
	if _, s, err := h.Status(ctx, here, "audit"); err != nil || s != (trails.Status{}) {
		t.Errorf("a new trail has the status of an old one: %+v %v", s, err)
	}
}

func TestRefused(t *testing.T) {
	h, ctx := open(t), t.Context()
	for code, s := range map[string]trails.Settings{
		"S3BucketDoesNotExistException":              {Bucket: "nowhere"},
		"InsufficientS3BucketPolicyException":        {Bucket: "theirs"},
		"InvalidS3BucketNameException":               {Bucket: "No_Bucket"},
		"InvalidS3PrefixException":                   {Bucket: "logs", Prefix: strings.Repeat("a", 201)},
		"KmsKeyNotFoundException":                    {Bucket: "logs", KMSKeyID: "alias/key"},
		"InvalidKmsKeyIdException":                   {Bucket: "logs", KMSKeyID: "a key"},
		"InvalidParameterCombinationException":       {Bucket: "logs", MultiRegion: true},
		"InvalidCloudWatchLogsLogGroupArnException":  {Bucket: "logs", LogGroupARN: "x", LogRoleARN: "y"},
		"InvalidCloudWatchLogsRoleArnException":      {Bucket: "logs", LogGroupARN: "arn:aws:logs:eu-west-1:111122223333:log-group:g:*", LogRoleARN: "y"},
		"CloudWatchLogsDeliveryUnavailableException": {Bucket: "logs", LogGroupARN: "arn:aws:logs:eu-west-1:111122223333:log-group:g:*", LogRoleARN: "arn:aws:iam::111122223333:role/r"},
		"OrganizationsNotInUseException":             {Bucket: "logs", Organization: true},
	} {
		_, err := h.Create(ctx, here, "audit", "", s, nil)
		h.refuses(err, code)
	}
	for _, s := range []trails.Settings{{Bucket: "closed-1"}, {Bucket: "logs", LogRoleARN: "arn:aws:iam::111122223333:role/r"}} {
		if _, err := h.Create(ctx, here, "audit", "", s, nil); err == nil {
			t.Errorf("%+v makes a trail", s)
		}
	}
	if made := h.create(here, "away", trails.Settings{Bucket: "away", KMSKeyID: "alias/key"}); !made.Remote || made.BucketAccount != "" {
		t.Errorf("away %+v", made)
	}
	_, err := h.Create(ctx, here, "audit", "nobody", trails.Settings{Bucket: "logs"}, nil)
	h.refuses(err, "InsufficientSnsTopicPolicyException")
	_, err = h.Create(ctx, here, "audit", "no topic", trails.Settings{Bucket: "logs"}, nil)
	h.refuses(err, "InvalidSnsTopicNameException")
	_, err = h.Create(ctx, here, "a--b", "", trails.Settings{Bucket: "logs"}, nil)
	h.refuses(err, "InvalidTrailNameException")
	for _, ref := range []string{"arn:aws:cloudtrail:eu-west-1:111122223333:channel/x", "arn:aws:s3:::logs", "arn:x", "arn:aws-cn:cloudtrail:eu-west-1:111122223333:trail/abc"} {
		_, err = h.Get(ctx, here, ref)
		h.refuses(err, "CloudTrailARNInvalidException")
	}
	for i := range trails.MaxTrails - 1 {
		h.create(here, fmt.Sprint("trail", i), trails.Settings{})
	}
	_, err = h.Create(ctx, here, "onemore", "", trails.Settings{Bucket: "logs"}, nil)
	h.refuses(err, "MaximumNumberOfTrailsExceededException")
	_, err = h.Create(ctx, here, "trail0", "", trails.Settings{Bucket: "logs"}, nil)
	h.refuses(err, "TrailAlreadyExistsException")
}

// racing lets another request come between what a change has read and what it writes.
type racing struct {
	trails.Store
	other func()
}

func (r *racing) Write(ctx context.Context, fn func(trails.Tx) error) error {
	if other := r.other; other != nil {
		r.other = nil
		other()
	}
	return r.Store.Write(ctx, fn)
}

func TestUpdatesThatMeet(t *testing.T) {
	h, ctx := open(t), t.Context()
	h.create(here, "audit", trails.Settings{})
	parts := h.Parts
	parts.Store = &racing{h.store, func() {
		_, err := h.Update(ctx, here, "audit", trails.Change{Validation: new(true)})
		h.ok(err)
	}}
	second := trails.New(parts)
	_, err := second.Update(ctx, here, "audit", trails.Change{Prefix: new("p")})
	h.refuses(err, "ConflictException")
	_, err = second.Update(ctx, here, "audit", trails.Change{Prefix: new("p")})
	h.ok(err)
	if got, err := h.Get(ctx, here, "audit"); err != nil || !got.Validation || got.Prefix != "p" {
		t.Errorf("both changes: %+v %v", got, err)
	}
}

// A trail of all regions shows everywhere and is changed at home alone.
func TestHomeAndShadows(t *testing.T) {
	h, ctx := open(t), t.Context()
	wide := h.create(here, "wide", trails.Settings{MultiRegion: true, GlobalEvents: true})
	narrow := h.create(here, "narrow", trails.Settings{GlobalEvents: true})
	away := trails.Place{Account: management, Region: "us-east-1"}
	for _, c := range []struct {
		at      trails.Place
		shadows bool
		want    []string
	}{
		{here, true, []string{"eu-west-1/narrow", "eu-west-1/wide"}},
		{here, false, []string{"eu-west-1/narrow", "eu-west-1/wide"}},
		{away, true, []string{"eu-west-1/wide"}},
		{away, false, nil},
		{trails.Place{Account: member, Region: "eu-west-1"}, true, nil},
	} {
		got, err := h.List(ctx, c.at, c.shadows)
		if err != nil || !slices.Equal(names(got), c.want) {
			t.Errorf("%v %v: %v %v, want %v", c.at, c.shadows, names(got), err, c.want)
		}
	}
	_, err := h.Get(ctx, away, "wide") // a name is one of the region
	h.refuses(err, "TrailNotFoundException")
	if _, err := h.Get(ctx, away, wide.ARN); err != nil {
		t.Error(err)
	}
	for _, ref := range []string{"wide", wide.ARN, narrow.ARN} {
		h.refuses(h.Start(ctx, away, ref), "InvalidHomeRegionException")
		h.refuses(h.Delete(ctx, away, ref), "InvalidHomeRegionException")
		_, err = h.Update(ctx, away, ref, trails.Change{})
		h.refuses(err, "InvalidHomeRegionException")
	}
	h.refuses(h.Stop(ctx, away, "narrow"), "TrailNotFoundException")
	stranger := trails.Place{Account: member, Region: "eu-west-1"}
	_, err = h.Get(ctx, stranger, wide.ARN)
	h.refuses(err, "TrailNotFoundException")
	h.refuses(h.Delete(ctx, stranger, wide.ARN), "TrailNotFoundException")

	_, err = h.Create(ctx, away, "wide", "", trails.Settings{Bucket: "logs"}, nil)
	h.refuses(err, "TrailAlreadyExistsException")
	h.create(away, "narrow", trails.Settings{})
	_, err = h.Update(ctx, here, "narrow", trails.Change{MultiRegion: new(true)})
	h.refuses(err, "ConflictException")
	_, err = h.Update(ctx, here, "wide", trails.Change{GlobalEvents: new(false)})
	h.refuses(err, "InvalidParameterCombinationException")
}

func TestOrganizationTrails(t *testing.T) {
	h, ctx := open(t), t.Context()
	theirs, admins := trails.Place{Account: member, Region: "eu-west-1"}, trails.Place{Account: delegate, Region: "eu-west-1"}
	_, err := h.org.Create(ctx, "ALL", "")
	h.ok(err)
	_, err = h.Create(ctx, here, "whole", "", trails.Settings{Bucket: "logs", Organization: true}, nil)
	h.refuses(err, "CloudTrailAccessNotEnabledException")
	for _, id := range []string{member, delegate} {
		h.ok(h.org.Join(ctx, organization.Account{ID: id}))
	}
	h.ok(h.org.Trust(ctx, trails.Principal))
	_, err = h.Create(ctx, theirs, "whole", "", trails.Settings{Bucket: "theirs", Organization: true}, nil)
	h.refuses(err, "NotOrganizationMasterAccountException")
	h.ok(h.org.RegisterDelegate(ctx, delegate, trails.Principal))

	made := h.create(admins, "whole", trails.Settings{Bucket: "away", Organization: true, GlobalEvents: true})
	if made.Account != management {
		t.Errorf("the trail belongs to %s", made.Account)
	}
	own := h.create(theirs, "own", trails.Settings{Bucket: "theirs"})
	for at, want := range map[trails.Place]int{here: 1, theirs: 2, admins: 1, {Account: "999988887777", Region: "eu-west-1"}: 0, {Account: member, Region: "us-east-1"}: 0} {
		if got, err := h.List(ctx, at, true); err != nil || len(got) != want {
			t.Errorf("%v sees %v %v", at, names(got), err)
		}
	}
	if got, err := h.Home(ctx, member); err != nil || len(got) != 2 {
		t.Errorf("home %v %v", names(got), err)
	}
	if got, err := h.List(ctx, theirs, false); err != nil || !slices.Equal(names(got), []string{"eu-west-1/own"}) {
		t.Errorf("own %v %v", names(got), err)
	}
	_, err = h.Get(ctx, theirs, made.ARN)
	h.ok(err)
	h.refuses(h.Stop(ctx, theirs, made.ARN), "NotOrganizationMasterAccountException")
	h.refuses(h.Resources().Tag(ctx, theirs, made.ARN, map[string]string{"k": "v"}), "NotOrganizationMasterAccountException")
	_, err = h.Get(ctx, here, own.ARN)
	h.refuses(err, "TrailNotFoundException")
	h.ok(h.Start(ctx, admins, made.ARN))

	active, err := h.Logging(ctx)
	h.ok(err)
	if len(active) != 1 || len(active[0].Accounts()) != 3 {
		t.Fatalf("logging %+v", active)
	}
	h.ok(h.Delete(ctx, here, "whole"))
	if made := h.create(admins, "ours", trails.Settings{Bucket: "logs", Organization: true}); made.BucketAccount != management {
		t.Errorf("the bucket is taken for one of %s", made.BucketAccount)
	}
	_, err = h.Create(ctx, admins, "theirs", "", trails.Settings{Bucket: "theirs", Organization: true}, nil)
	h.refuses(err, "InsufficientS3BucketPolicyException")
	plain := h.create(here, "plain", trails.Settings{})
	_, err = h.Update(ctx, here, plain.Name, trails.Change{Organization: new(true)})
	h.ok(err)
	_, err = h.Update(ctx, theirs, "own", trails.Change{Organization: new(true)})
	h.refuses(err, "NotOrganizationMasterAccountException")
}

func TestCovers(t *testing.T) {
	h, ctx := open(t), t.Context()
	h.create(here, "here", trails.Settings{GlobalEvents: true})
	h.create(here, "everywhere", trails.Settings{GlobalEvents: true, MultiRegion: true})
	virginia := trails.Place{Account: management, Region: "us-east-1"}
	h.create(virginia, "virginia", trails.Settings{GlobalEvents: true})
	h.create(virginia, "regional", trails.Settings{})
	for _, c := range []struct {
		account, region, source string
		want                    []string
	}{
		{management, "eu-west-1", "ec2.amazonaws.com", []string{"everywhere", "here"}},
		{management, "us-east-1", "ec2.amazonaws.com", []string{"everywhere", "regional", "virginia"}},
		{management, "us-east-1", "iam.amazonaws.com", []string{"everywhere", "virginia"}},
		{management, "eu-west-1", "sts.amazonaws.com", []string{"everywhere", "here"}},
		{management, "us-east-1", "sts.amazonaws.com", []string{"everywhere", "virginia"}},
		{member, "eu-west-1", "ec2.amazonaws.com", nil},
	} {
		active, err := h.Everyone(ctx)
		h.ok(err)
		var got []string
		for _, a := range active {
			e := trail.Event{Account: c.account, Region: c.region, Source: c.source, Category: trail.Management}
			if a.Takes(&e) != a.Covers(&e) || a.Takes(&trail.Event{Account: c.account, Region: c.region, Category: trail.Data}) {
				t.Errorf("%s takes other events than all of management", a.Name)
			}
			if a.Covers(&e) {
				got = append(got, a.Name)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s %s %s: %v, want %v", c.account, c.region, c.source, got, c.want)
		}
	}
	if active, err := h.Logging(ctx); err != nil || len(active) != 0 {
		t.Errorf("%d trails log (%v)", len(active), err)
	}
}

// Resources of other kinds have tags and policies as soon as their kind is registered.
func TestResources(t *testing.T) {
	h, ctx := open(t), t.Context()
	const known = "arn:aws:cloudtrail:eu-west-1:111122223333:channel/a"
	r := h.Resources()
	h.refuses(r.Tag(ctx, here, known, map[string]string{"k": "v"}), "ResourceTypeNotSupportedException")
	r.Register(trails.Kind{Noun: "channel", Policies: true, Find: func(_ context.Context, _ trails.Place, name string) error {
		if name != known {
			return fault.Missing("channel", name).With("ChannelNotFoundException")
		}
		return nil
	}})
	many := map[string]string{}
	for i := range trails.MaxTags + 1 {
		many[fmt.Sprint(i)] = ""
	}
	h.refuses(r.Tag(ctx, here, known, many), "TagsLimitExceededException")
	h.refuses(r.Tag(ctx, here, known, map[string]string{"AWS:x": "v"}), "InvalidTagParameterException")
	h.refuses(r.Tag(ctx, here, known+"b", map[string]string{"x": "v"}), "ChannelNotFoundException")
	h.refuses(r.Tag(ctx, here, "audit", nil), "CloudTrailARNInvalidException")
	h.ok(r.Tag(ctx, here, known, map[string]string{"a": "1", "b": "2", "c": "3"}))
	h.ok(r.Untag(ctx, here, known, map[string]string{"a": "", "b": "2", "c": "other", "d": ""}))
	if tags, err := r.Tags(ctx, here, known); err != nil || len(tags) != 1 || tags["c"] != "3" {
		t.Errorf("tags %v %v", tags, err)
	}
	const text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"222233334444"},"Action":"cloudtrail-data:PutAuditEvents","Resource":"` + known + `"}]}`
	_, err := r.Policy(ctx, here, known)
	h.refuses(err, "ResourcePolicyNotFoundException")
	for _, bad := range []string{"", "{", `{"Statement":[]}`, `{"Statement":[{"Effect":"Allow","Action":"x","Resource":"*"}]}`, `{"Statement":[{"Effect":"Maybe","Principal":"*","Action":"x"}]}`, text + strings.Repeat(" ", 8192)} {
		h.refuses(r.PutPolicy(ctx, here, known, bad), "ResourcePolicyNotValidException")
	}
	h.ok(r.PutPolicy(ctx, here, known, text))
	h.ok(r.PutPolicy(ctx, here, known, text+" "))
	if got, err := r.Policy(ctx, here, known); err != nil || got != text+" " {
		t.Errorf("policy %q %v", got, err)
	}
	h.refuses(r.PutPolicy(ctx, here, known+"b", text), "ResourceNotFoundException")
	h.refuses(r.PutPolicy(ctx, here, "channel", text), "ResourceARNNotValidException")
	h.refuses(r.PutPolicy(ctx, here, trails.ARN(here, "audit"), text), "ResourceTypeNotSupportedException")
	h.ok(r.DeletePolicy(ctx, here, known))
	h.refuses(r.DeletePolicy(ctx, here, known), "ResourcePolicyNotFoundException")
	h.ok(h.store.Write(ctx, func(tx trails.Tx) error { return trails.Forget(docs.Tx(tx), known) }))
	if tags, err := r.Tags(ctx, here, known); err != nil || len(tags) != 0 {
		t.Errorf("tags after all %v %v", tags, err)
	}
}
