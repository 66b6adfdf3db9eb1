package test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/smithy-go"
)

// An sdkTeller tells stories by aws-sdk-go-v2.
type sdkTeller struct{ client *apigateway.Client }

// sdkClient is a client of s that never asks twice.
func sdkClient(s *server) *apigateway.Client {
	return apigateway.New(apigateway.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(s.url),
		Retryer:      aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
}

// tell finds the operation and the shape of its input by their names.
func (s sdkTeller) tell(operation string, input []byte) (map[string]any, string, error) {
	method := reflect.ValueOf(s.client).MethodByName(operation)
	if !method.IsValid() {
		return nil, "", fmt.Errorf("the SDK has no operation %s", operation)
	}
	in := reflect.New(method.Type().In(1).Elem())
	if err := decodeInput(input, in); err != nil {
		return nil, "", fmt.Errorf("read the input of %s: %w", operation, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	results := method.Call([]reflect.Value{reflect.ValueOf(ctx), in})
	if failed, ok := results[1].Interface().(error); ok {
		return nil, refusal(failed), nil
	}
	answer := plainStruct(results[0].Elem())
	if strings.HasPrefix(operation, "Create") || strings.HasPrefix(operation, "Put") {
		return answer, "", checkEcho(in.Elem(), results[0].Elem())
	}
	return answer, "", nil
}

// refusal is an error of the service. AF-004: whether the model has it or not,
// an SDK reads its code and its message.
func refusal(err error) string {
	var refused smithy.APIError
	if !errors.As(err, &refused) {
		return "no answer: " + err.Error()
	}
	return refused.ErrorCode() + ": " + strings.ReplaceAll(refused.ErrorMessage(), "\n", "\\n")
}

// decodeInput reads an input by the SDK's member names; a blob is a text.
func decodeInput(text []byte, in reflect.Value) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	body := in.Elem().FieldByName("Body")
	if !body.IsValid() || body.Type() != reflect.TypeFor[[]byte]() {
		return decoder.Decode(in.Interface())
	}
	var members map[string]any
	if err := decoder.Decode(&members); err != nil {
		return err
	}
	if document, ok := members["Body"].(string); ok {
		members["Body"] = []byte(document)
	}
	again, err := json.Marshal(members)
	if err != nil {
		return err
	}
	return json.Unmarshal(again, in.Interface())
}

// checkEcho: what was set is in the answer under the same name.
func checkEcho(in, out reflect.Value) error {
	var lost []error
	for i := range in.NumField() {
		name := in.Type().Field(i).Name
		answer := out.FieldByName(name)
		if !answer.IsValid() || answer.Type() != in.Field(i).Type() || in.Field(i).IsZero() || changesInStore[name] {
			continue
		}
		if set, got := plain(in.Field(i)), plain(answer); !covers(got, set) {
			lost = append(lost, fmt.Errorf("%s was set to %s and answers %s", name, encode(set), encode(got)))
		}
	}
	return errors.Join(lost...)
}

// changesInStore are members that come back in another form.
var changesInStore = map[string]bool{
	"Policy":     true, // normalised, its quotes escaped once more
	"HttpMethod": true, // of PutIntegration: the answer's is the Integration's own
}

// covers says whether got has everything of set, where an empty text or map may
// be absent.
func covers(got, set any) bool {
	switch set := set.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for k, v := range set {
			if !covers(g[k], v) {
				return false
			}
		}
		return true
	case []any:
		g, _ := got.([]any)
		if len(g) != len(set) {
			return false
		}
		for i := range set {
			if !covers(g[i], set[i]) {
				return false
			}
		}
		return true
	case string:
		return set == "" && got == nil || got == set
	}
	return reflect.DeepEqual(got, set)
}

var certificate = regexp.MustCompile(`(?s)-----BEGIN CERTIFICATE-----.*-----END CERTIFICATE-----\n?`)

// plainStruct is a structure of the SDK by its members' names, without those
// that are not set.
func plainStruct(v reflect.Value) map[string]any {
	members := map[string]any{}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() || field.Name == "ResultMetadata" || v.Field(i).IsZero() {
			continue
		}
		members[field.Name] = plain(v.Field(i))
	}
	return members
}

func plain(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case time.Time:
		return "TIME"
	case []byte:
		return string(x)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem())
	case reflect.Struct:
		return plainStruct(v)
	case reflect.Map:
		entries := map[string]any{}
		for _, key := range v.MapKeys() {
			entries[key.String()] = plain(v.MapIndex(key))
		}
		return entries
	case reflect.Slice:
		items := []any{}
		for i := range v.Len() {
			items = append(items, plain(v.Index(i)))
		}
		return items
	case reflect.String:
		return certificate.ReplaceAllString(v.String(), "PEM")
	}
	return v.Interface()
}
