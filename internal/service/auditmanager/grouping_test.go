package auditmanager_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"

	"github.com/tickmark/tickmark/internal/catalog"
)

// TestControlsByDomain: the pages of each reference hold every standard control that is filed under it, once, and the
// domains with what is filed nowhere make up the library.
func TestControlsByDomain(t *testing.T) {
	h := newHouse(t)
	c := h.client(root, "eu-west-1")
	_, err := c.RegisterAccount(t.Context(), &sdk.RegisterAccountInput{})
	h.ok(err)
	g := catalog.Catalog()
	refs := []string{
		catalog.Uncategorized, catalog.ARN("", catalog.KindObjective, g.Objectives()[0].ID), catalog.ARN("", catalog.KindCommon, g.Commons()[0].ID),
	}
	for _, d := range g.Domains() {
		refs = append(refs, catalog.ARN("", catalog.KindDomain, d.ID))
	}
	all := map[string]bool{}
	for _, ref := range refs {
		want := map[string]bool{}
		belongs, _ := catalog.Under(ref)
		for k := range catalog.Standard().Controls {
			if belongs(k.Filed()) {
				want[k.ID] = true
			}
		}
		got := map[string]bool{}
		pages := sdk.NewListControlsPaginator(c, &sdk.ListControlsInput{ControlType: types.ControlTypeStandard, ControlCatalogId: aws.String(ref), MaxResults: aws.Int32(700)})
		for pages.HasMorePages() {
			p, err := pages.NextPage(t.Context())
			h.ok(err)
			for _, k := range p.ControlMetadataList {
				if got[*k.Id] || !want[*k.Id] {
					t.Errorf("%s under %s: given before %v", *k.Name, ref, got[*k.Id])
				}
				got[*k.Id], all[*k.Id] = true, true
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s has %d controls, want %d", ref, len(got), len(want))
		}
	}
	n := 0
	for range catalog.Standard().Controls {
		n++
	}
	if len(all) != n {
		t.Errorf("%d of %d controls are found by where they are filed", len(all), n)
	}
}
