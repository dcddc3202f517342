package local

import (
	"slices"
	"strconv"
	"strings"
)

// fromUs are the variables of ours that every function gets: where programs are, and the language of messages.
var fromUs = []string{"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"}

// ofTheRuntime are the variables that the runtime sets and nobody else, as Lambda reserves them.
var ofTheRuntime = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
	"AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT",
	"LAMBDA_RUNTIME_DIR", "AWS_ENDPOINT_URL_CONFIG_SERVICE", "TICKMARK_CHILD",
}

func reserved(name string) bool { return slices.Contains(ofTheRuntime, name) }

// credentialSources are variables by which an SDK finds credentials. A function with one of them asks AWS with those;
// one without gets keys that are good for nothing but to sign its calls to us, which are told by their secret address.
var credentialSources = []string{
	"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE",
	"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
}

// environment is everything a process of the function gets: what is allowed of ours, its own, and the runtime's.
func (f Function) environment(api, configURL, region, runtimeDir string, ours func(string) (string, bool)) []string {
	env := map[string]string{"TZ": ":UTC", "HOME": runtimeDir, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
	for _, name := range slices.Concat(fromUs, f.Inherit) {
		if v, ok := ours(name); ok {
			env[name] = v
		}
	}
	for name, v := range f.Environment {
		env[name] = v
	}
	if !slices.ContainsFunc(credentialSources, func(name string) bool { return env[name] != "" }) {
		env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"] = "tickmark-function", "no-credentials-are-configured"
		env["AWS_EC2_METADATA_DISABLED"] = "true"
	}
	for name, v := range map[string]string{
		"_HANDLER": f.Handler, "LAMBDA_TASK_ROOT": f.Dir, "LAMBDA_RUNTIME_DIR": runtimeDir, "AWS_LAMBDA_RUNTIME_API": api,
		"AWS_REGION": region, "AWS_DEFAULT_REGION": region, "AWS_LAMBDA_FUNCTION_NAME": f.Name.Name,
		"AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.Memory),
		"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/" + f.Name.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME": "local", "AWS_EXECUTION_ENV": "TICKMARK_" + string(f.Runtime),
	} {
		env[name] = v
	}
	if configURL != "" {
		env["AWS_ENDPOINT_URL_CONFIG_SERVICE"] = configURL
	}
	list := make([]string, 0, len(env))
	for name, v := range env {
		list = append(list, name+"="+v)
	}
	slices.SortFunc(list, strings.Compare)
	return list
}
