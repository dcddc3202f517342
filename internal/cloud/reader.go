package cloud

import (
	"context"
	"fmt"
	"strings"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/cloud/endpoints"
	"github.com/tickmark/tickmark/internal/cloud/models"
	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/collect"
)

// Reader calls for collectors: objects in and out, all pages, and patience with throttling. It shares the Cloud's
// credentials, rates and counts. What is wrong with a call is told by its path under "Inputs". A role that cannot be
// assumed is a fault of kind Denied around STS's *automation.APIError.
type Reader struct{ *Cloud }

var _ collect.Caller = Reader{}

// Call implements collect.Caller.
func (r Reader) Call(ctx context.Context, at collect.Place, api string, in collect.Object) (collect.Object, error) {
	_, out, err := r.call(ctx, at, api, in)
	return out, err
}

// Pages implements collect.Caller.
func (r Reader) Pages(ctx context.Context, at collect.Place, api string, in collect.Object, page func(collect.Object) error) error {
	for {
		op, out, err := r.call(ctx, at, api, in)
		if err != nil {
			return err
		}
		next, more, err := wire.NextPage(op.Page, in, out)
		if err != nil {
			return fmt.Errorf("%s in account %s, region %s: %w", api, at.Account, at.Region, err)
		}
		if err := page(out); err != nil || !more {
			return err
		}
		in = next
	}
}

func (r Reader) call(ctx context.Context, at collect.Place, api string, in collect.Object) (*models.Operation, collect.Object, error) {
	service, name, _ := strings.Cut(api, ":")
	told := automation.Call{Account: at.Account, Region: at.Region, Role: at.Role, Service: service, API: name}
	found, err := lookup(service, name)
	if err != nil {
		return nil, nil, err
	}
	op, checked, err := prepare(found, in)
	if err != nil {
		return nil, nil, err
	}
	if !endpoints.Offered(op.Service.Name, at.Region) {
		return nil, nil, &automation.APIError{Service: service, API: name, Code: collect.NotOffered, Message: service + " is not offered in " + at.Region}
	}
	s, err := r.session(ctx, key{at.Account, at.Region, at.Role})
	if err != nil {
		return nil, nil, err
	}
	s.Patient = true
	out, err := r.client.Call(ctx, s, op, checked)
	if err != nil {
		return nil, nil, answer(told, err)
	}
	return op, out, nil
}
