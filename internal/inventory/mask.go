package inventory

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/tickmark/tickmark/internal/tree"
)

// mask stands where a secret was.
const mask = `"****"`

// secretFields are the places of secrets in `configuration`, by type: keys match with their first letter in either
// case, `*` is every member of an object, `[]` every element of an array.
var secretFields = map[string][]string{
	"AWS::AmazonMQ::Broker":                           {"users.[].password"},
	"AWS::Amplify::App":                               {"environmentVariables.[].value", "environmentVariables.*", "basicAuthConfig.password", "oauthToken", "accessToken"},
	"AWS::ApiGateway::ApiKey":                         {"value"},
	"AWS::AppRunner::Service":                         {"sourceConfiguration.codeRepository.codeConfiguration.codeConfigurationValues.runtimeEnvironmentVariables.[].value", "sourceConfiguration.imageRepository.imageConfiguration.runtimeEnvironmentVariables.[].value"},
	"AWS::AutoScaling::LaunchConfiguration":           {"userData"},
	"AWS::Batch::JobDefinition":                       {"containerProperties.environment.[].value", "nodeProperties.nodeRangeProperties.[].container.environment.[].value"},
	"AWS::CodeBuild::Project":                         {"environment.environmentVariables.[].value"},
	"AWS::DMS::Endpoint":                              {"password"},
	"AWS::EC2::Instance":                              {"userData"},
	"AWS::EC2::LaunchTemplate":                        {"launchTemplateData.userData"},
	"AWS::EC2::VPNConnection":                         {"customerGatewayConfiguration", "options.tunnelOptions.[].preSharedKey", "vpnTunnelOptionsSpecifications.[].preSharedKey"},
	"AWS::ECS::TaskDefinition":                        {"containerDefinitions.[].environment.[].value"},
	"AWS::ElasticBeanstalk::Environment":              {"optionSettings.aws:elasticbeanstalk:application:environment.*.value", "optionSettings.[].value"},
	"AWS::Glue::Connection":                           {"connectionProperties.*", "connectionInput.connectionProperties.*"},
	"AWS::Glue::Job":                                  {"defaultArguments.*"},
	"AWS::KinesisFirehose::DeliveryStream":            {"destinations.[].httpEndpointDestinationDescription.endpointConfiguration.accessKey", "httpEndpointDestinationConfiguration.endpointConfiguration.accessKey"},
	"AWS::Lambda::Function":                           {"environment.variables.*"},
	"AWS::MWAA::Environment":                          {"airflowConfigurationOptions.*"},
	"AWS::SageMaker::Model":                           {"primaryContainer.environment.*", "containers.[].environment.*"},
	"AWS::SageMaker::NotebookInstanceLifecycleConfig": {"onCreate.[].content", "onStart.[].content"},
}

// secretNames are masked in every type, wherever they stand as text.
var secretNames = map[string]bool{
	"authtoken": true, "clientsecret": true, "masteruserpassword": true, "oauthtoken": true, "password": true, "presharedkey": true,
	"privatekey": true, "secretaccesskey": true, "secretkey": true, "secretstring": true, "userpassword": true,
}

// Masked is the item's JSON with secrets replaced, for everything that is shown, reported or logged. Raw keeps them.
func Masked(it *Item) []byte {
	var paths [][]string
	for _, p := range secretFields[it.Type] {
		paths = append(paths, strings.Split(p, "."))
	}
	look := masker{look: true} // most items hold none
	if look.item(it, paths); !look.masked {
		return it.raw
	}
	m := masker{}
	m.item(it, paths)
	return m.out.Bytes()
}

// Shown is the item without its secrets; the item itself when it has none.
func Shown(it *Item) (*Item, error) {
	shown := Masked(it)
	if &shown[0] == &it.raw[0] {
		return it, nil
	}
	masked, err := Decode(shown)
	if err == nil {
		masked.Recorded = it.Recorded
	}
	return masked, err
}

// masker writes a copy of a tree without its secrets, or looks whether there are any and writes nothing.
type masker struct {
	out    bytes.Buffer
	look   bool
	masked bool
}

func (m *masker) write(s string) {
	if !m.look {
		m.out.WriteString(s)
	}
}

func (m *masker) item(it *Item, paths [][]string) {
	m.write("{")
	first := true
	for key, v := range it.doc.Root().Members {
		m.key(key, &first)
		switch key {
		case "configuration":
			m.value(v, paths)
		case "supplementaryConfiguration":
			m.value(v, nil)
		default:
			m.write(v.Raw())
		}
	}
	m.write("}")
}

func (m *masker) key(key string, first *bool) {
	if !*first {
		m.write(",")
	}
	*first = false
	m.text(key)
	m.write(":")
}

func (m *masker) text(s string) {
	if m.look {
		return
	}
	b, err := json.Marshal(s)
	if err != nil { // strings always marshal
		panic(err)
	}
	m.out.Write(b)
}

// value writes a value; paths lead from here to secrets.
func (m *masker) value(n tree.Node, paths [][]string) {
	for _, p := range paths {
		if len(p) == 0 && n.Exists() {
			m.write(mask)
			m.masked = true
			return
		}
	}
	switch n.Kind() {
	case tree.Object:
		m.write("{")
		first := true
		for k, v := range n.Members {
			m.key(k, &first)
			if v.Kind() == tree.String && secretNames[strings.ToLower(k)] {
				m.value(v, [][]string{{}})
			} else {
				m.value(v, along(paths, k))
			}
		}
		m.write("}")
	case tree.Array:
		m.write("[")
		first := true
		for v := range n.Elements {
			if !first {
				m.write(",")
			}
			first = false
			m.value(v, along(paths, "[]"))
		}
		m.write("]")
	case tree.String:
		m.document(n, paths)
	default:
		m.write(n.Raw())
	}
}

// document writes a string. One that holds JSON is masked inside, as the API form writes configuration.
func (m *masker) document(n tree.Node, paths [][]string) {
	if d := open(n); d.Kind() == tree.Object || d.Kind() == tree.Array {
		inner := masker{look: m.look}
		inner.value(d, paths)
		if inner.masked {
			m.masked = true
			m.text(inner.out.String())
			return
		}
	}
	m.write(n.Raw())
}

// along follows one step of each path.
func along(paths [][]string, step string) (rest [][]string) {
	for _, p := range paths {
		if len(p) == 0 {
			continue
		}
		if p[0] == step || step != "[]" && (p[0] == "*" || strings.EqualFold(p[0], step)) {
			rest = append(rest, p[1:])
		}
	}
	return rest
}
