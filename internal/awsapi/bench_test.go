package awsapi_test

import (
	"reflect"
	"testing"

	"github.com/tickmark/tickmark/internal/awsapi"
	"github.com/tickmark/tickmark/internal/awswire"
)

// BenchmarkRegister is the wire layer's part of the start: tables, routes, and every registration checked.
func BenchmarkRegister(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		r := awswire.NewRegistry(awswire.Config{}, awsapi.Services()...)
		echo(r, func(_, _ reflect.Type) func(reflect.Value) reflect.Value { return nil })
	}
}
