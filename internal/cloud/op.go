package cloud

import (
	"context"
	"encoding/json"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// send makes a prepared call.
type send func(ctx context.Context, cfg aws.Config) (json.RawMessage, error)

// operation is one operation of the SDK behind JSON. Its types are kept for tests and messages only.
type operation struct {
	prepare       func(inputs json.RawMessage, spell spelling) (send, error)
	input, output reflect.Type
}

// op makes an operation of a client's method. The client is made for each call: it holds nothing worth keeping, since
// credentials, connections and the retry quota belong to the configuration.
func op[C, I, O, Opt any](client func(aws.Config) *C, method func(*C, context.Context, *I, ...func(*Opt)) (*O, error)) operation {
	return operation{
		input:  reflect.TypeFor[I](),
		output: reflect.TypeFor[O](),
		prepare: func(inputs json.RawMessage, spell spelling) (send, error) {
			in := new(I)
			if err := decode(inputs, reflect.ValueOf(in).Elem(), spell); err != nil {
				return nil, err
			}
			return func(ctx context.Context, cfg aws.Config) (json.RawMessage, error) {
				out, err := method(client(cfg), ctx, in)
				if err != nil {
					return nil, err
				}
				return encode(reflect.ValueOf(out), spell)
			}, nil
		},
	}
}
