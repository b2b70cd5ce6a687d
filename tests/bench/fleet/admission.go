package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	admissionRate  = 200 // requests a second
	atOnce         = 200 // of them at most: what an API server lets be under way
	admissionSlice = 3 * time.Second
	admissionPairs = 10
	configurations = "/apis/admissionregistration.k8s.io/v1/"
)

// serveNothing is a webhook that allows everything, at once. It returns its address and whom to trust.
func serveNothing() (string, string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return "", "", err
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	if err != nil {
		return "", "", err
	}
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var review struct {
			Request struct{ UID string }
		}
		json.NewDecoder(r.Body).Decode(&review)
		fmt.Fprintf(w, `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",`+
			`"response":{"uid":%q,"allowed":true}}`, review.Request.UID)
	}))
	trusted := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return "https://" + listener.Addr().String(), base64.StdEncoding.EncodeToString(trusted), nil
}

// asideFrom makes the two configurations there are leave out a namespace, and find the operator at a
// port of this machine; beside them come two for that namespace alone, of the webhook that does nothing.
func (f *fleet) asideFrom(namespace string, port int) error {
	url, trusted, err := serveNothing()
	if err != nil {
		return err
	}
	f.request("PATCH", "/api/v1/namespaces/function-mesh/services/function-mesh-admission-webhook-service",
		object{"spec": object{"type": "ExternalName", "externalName": "localhost", "clusterIP": nil,
			"clusterIPs": nil, "ports": nil, "selector": nil}})
	only := func(operator string) object {
		return object{"matchExpressions": []any{object{
			"key": "kubernetes.io/metadata.name", "operator": operator, "values": []any{namespace}}}}
	}
	for _, kind := range []string{"mutating", "validating"} {
		path := configurations + kind + "webhookconfigurations"
		_, text := f.request("GET", path+"/function-mesh-"+kind+"-webhook-configuration", nil)
		var ours, nothing object
		json.Unmarshal(text, &ours)
		json.Unmarshal(text, &nothing)
		nothing["metadata"] = object{"name": "nothing-" + kind}
		for _, webhook := range ours["webhooks"].([]any) {
			webhook.(object)["namespaceSelector"] = only("NotIn")
			at(webhook, "clientConfig", "service").(object)["port"] = port
		}
		for _, webhook := range nothing["webhooks"].([]any) {
			webhook.(object)["namespaceSelector"] = only("In")
			webhook.(object)["clientConfig"] = object{"url": url, "caBundle": trusted}
		}
		if code, text := f.request("PUT", path+"/function-mesh-"+kind+"-webhook-configuration", ours); code != 200 {
			return fmt.Errorf("%d: %s", code, text)
		}
		if code, text := f.request("POST", path, nothing); code != 201 {
			return fmt.Errorf("%d: %s", code, text)
		}
	}
	return nil
}

// leftAlone makes the operator's controllers leave a resource alone: its admission is measured here.
func leftAlone(resource object) object {
	at(resource, "metadata").(object)["annotations"] = object{"compute.functionmesh.io/managed": "false"}
	return resource
}

// slice creates and changes Functions of a namespace for a while, at that rate whatever the answers
// take, and returns how long each took from when it was due.
func (f *fleet) slice(namespace string, number int) []time.Duration {
	functions := "/apis/compute.functionmesh.io/v1alpha1/namespaces/" + namespace + "/functions"
	count := int(admissionSlice.Seconds() * admissionRate)
	took := make([]time.Duration, count)
	var refused atomic.Int64
	begin := time.Now()
	var group sync.WaitGroup
	turns := make(chan bool, atOnce)
	for i := range count {
		due := begin.Add(time.Duration(i) * time.Second / admissionRate)
		time.Sleep(time.Until(due))
		group.Add(1)
		turns <- true
		go func() {
			defer group.Done()
			defer func() { <-turns }()
			code, text := 0, []byte(nil)
			if id := number*count + i; i%2 == 0 || number == 0 {
				code, text = f.request("POST", functions, leftAlone(function(namespace, id)))
			} else { // one of the last slice
				code, text = f.request("PATCH", functions+"/"+name(id-count-1),
					object{"spec": object{"image": fmt.Sprint("a:", id)}})
			}
			took[i] = time.Since(due)
			if code != 200 && code != 201 {
				fmt.Fprintln(os.Stderr, code, strings.TrimSpace(string(text)))
				refused.Add(1)
			}
		}()
	}
	group.Wait()
	f.more["refused"] = f.more["refused"].(int) + int(refused.Load())
	return took
}

// admission measures, by turns, Functions that our webhooks judge and those that one judges which does nothing.
func (f *fleet) admission(port int) bool {
	const idle = "nothing"
	f.request("POST", "/api/v1/namespaces", object{"metadata": object{"name": idle}})
	if err := f.asideFrom(idle, port); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return false
	}
	time.Sleep(3 * time.Second)
	f.more["refused"] = 0
	all := map[string][]time.Duration{}
	for pair := range admissionPairs + 1 {
		for _, namespace := range []string{idle, f.namespace} {
			took := f.slice(namespace, pair)
			if pair > 0 { // the API server's first pass is slow
				all[namespace] = append(all[namespace], took...)
			}
			time.Sleep(time.Second)
		}
	}
	for namespace, took := range all {
		sort.Slice(took, func(a, b int) bool { return took[a] < took[b] })
		for _, percent := range []int{50, 90, 99} {
			f.more[fmt.Sprintf("%s p%d ms", namespace, percent)] =
				float64(took[len(took)*percent/100].Microseconds()) / 1000
		}
	}
	return f.more["refused"] == 0
}
