package feed

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// The bounds of a message; SQS has the first itself.
const (
	maxMessage = 1 << 20
	maxFiles   = 10_000
)

// Object is a file in a bucket.
type Object struct{ Bucket, Key string }

// Files are the files that a message tells of: an event notification of S3, a notification of CloudTrail, either
// of them inside a notification of SNS, or an event of EventBridge. A message that S3 sends to try a queue has none.
func Files(body string) ([]Object, error) {
	return files(body, 0)
}

func files(body string, depth int) ([]Object, error) {
	if len(body) > maxMessage || depth > 2 {
		return nil, fmt.Errorf("the message is larger, or packed deeper, than any about log files")
	}
	var m struct {
		// SNS
		Type, Message string
		// CloudTrail
		Bucket string   `json:"s3Bucket"`
		Keys   []string `json:"s3ObjectKey"`
		// S3
		Event   string
		Records []struct {
			EventName string `json:"eventName"`
			S3        struct {
				Bucket struct{ Name string }
				Object struct{ Key string }
			} `json:"s3"`
		}
		// EventBridge
		DetailType string `json:"detail-type"`
		Detail     struct {
			Bucket struct{ Name string }
			Object struct{ Key string }
		} `json:"detail"`
	}
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		return nil, fmt.Errorf("the message is not the JSON of a notification: %w", err)
	}
	var out []Object
	add := func(bucket, key string) error {
		if bucket == "" || key == "" || strings.Contains(bucket, "/") || len(out) == maxFiles {
			return fmt.Errorf("the message names no bucket and key, or more than %d", maxFiles)
		}
		out = append(out, Object{bucket, key})
		return nil
	}
	switch {
	case m.Type == "Notification" && m.Message != "":
		return files(m.Message, depth+1)
	case m.Event == "s3:TestEvent":
		return nil, nil
	case m.Bucket != "":
		for _, k := range m.Keys {
			if err := add(m.Bucket, k); err != nil {
				return nil, err
			}
		}
	case len(m.Records) > 0:
		for _, r := range m.Records {
			if !strings.Contains(r.EventName, "ObjectCreated:") {
				continue
			}
			key, err := url.QueryUnescape(r.S3.Object.Key) // S3 writes keys as forms do
			if err != nil {
				return nil, fmt.Errorf("the message has a key that is not well encoded")
			}
			if err := add(r.S3.Bucket.Name, key); err != nil {
				return nil, err
			}
		}
	case m.DetailType == "Object Created":
		if err := add(m.Detail.Bucket.Name, m.Detail.Object.Key); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("the message is no notification of S3, CloudTrail, SNS or EventBridge about new files")
	}
	return out, nil
}
