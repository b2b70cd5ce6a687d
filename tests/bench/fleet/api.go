package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// object is a Kubernetes object, or a part of one.
type object = map[string]any

// api speaks HTTP/1.1 to one API server, as an operator does.
type api struct {
	server string
	client *http.Client
}

func newAPI(server, ca, cert, key string, workers int) (*api, error) {
	pool := x509.NewCertPool()
	trusted, err := os.ReadFile(ca)
	if err != nil {
		return nil, err
	}
	pool.AppendCertsFromPEM(trusted)
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}},
		MaxIdleConnsPerHost: workers,
		TLSNextProto:        map[string]func(string, *tls.Conn) http.RoundTripper{}, // no HTTP/2
	}
	return &api{server, &http.Client{Transport: transport}}, nil
}

// request sends one request; an apply is forced, as field manager "fleet". The status is 0 when
// there was no answer.
func (a *api) request(method, path string, body any) (int, []byte) {
	var content io.Reader
	if body != nil {
		text, _ := json.Marshal(body)
		content = bytes.NewReader(text)
	}
	kind := "application/json"
	switch method {
	case "PATCH":
		kind = "application/merge-patch+json"
	case "APPLY":
		method, kind = "PATCH", "application/apply-patch+yaml"
		path += "?fieldManager=fleet&force=true"
	}
	request, err := http.NewRequest(method, a.server+path, content)
	if err != nil {
		return 0, nil
	}
	request.Header.Set("Content-Type", kind)
	answer, err := a.client.Do(request)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 0, nil
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, text
}

// list reads all objects of a collection, page by page.
func (a *api) list(path string) []object {
	var all []object
	next := ""
	for {
		_, text := a.request("GET", path+"?limit=500&continue="+next, nil)
		var page struct {
			Metadata struct{ Continue string }
			Items    []object
		}
		if json.Unmarshal(text, &page) != nil {
			return all
		}
		all = append(all, page.Items...)
		if next = page.Metadata.Continue; next == "" {
			return all
		}
	}
}

// count is how many objects the API server says there are.
func (a *api) count(path string) int {
	_, text := a.request("GET", path+"?limit=1", nil)
	var page struct {
		Metadata struct{ RemainingItemCount int }
		Items    []object
	}
	if json.Unmarshal(text, &page) != nil {
		return 0
	}
	return len(page.Items) + page.Metadata.RemainingItemCount
}

// watch calls on for each event of a collection from now on, until the function it returns is
// called.
func (a *api) watch(path string, on func(kind string, o object)) (func(), error) {
	request, err := http.NewRequest("GET", a.server+path+"?watch=1", nil)
	if err != nil {
		return nil, err
	}
	answer, err := a.client.Do(request)
	if err != nil {
		return nil, err
	}
	go func() {
		decoder := json.NewDecoder(answer.Body)
		for {
			var event struct {
				Type   string
				Object object
			}
			if decoder.Decode(&event) != nil {
				return
			}
			on(event.Type, event.Object)
		}
	}()
	return func() { answer.Body.Close() }, nil
}

func waitFor(limit time.Duration, pause time.Duration, condition func() bool) bool {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(pause) {
		if condition() {
			return true
		}
	}
	return false
}

// at is the value at a path of keys, or nil.
func at(value any, keys ...string) any {
	for _, key := range keys {
		members, ok := value.(object)
		if !ok {
			return nil
		}
		value = members[key]
	}
	return value
}
