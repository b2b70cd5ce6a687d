// What Function Mesh tells a Go program: `-instance-conf` with the instance's configuration as JSON,
// and what it expects of it: metrics over HTTP on the given port, and an end on SIGTERM.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"sync/atomic"
)

// Conf holds the parts of the instance configuration that this example honours.
type Conf struct {
	PulsarServiceURL     string `json:"pulsarServiceURL"`
	InstanceID           int    `json:"instanceID"`
	Tenant               string `json:"tenant"`
	NameSpace            string `json:"nameSpace"`
	Name                 string `json:"name"`
	ClusterName          string `json:"clusterName"`
	SubscriptionName     string `json:"subscriptionName"`
	SubscriptionPosition int    `json:"subscriptionPosition"`
	SourceSpecsTopic     string `json:"sourceSpecsTopic"`
	SinkSpecsTopic       string `json:"sinkSpecsTopic"`
	UserConfig           string `json:"userConfig"`
	MetricsPort          int    `json:"metricsPort"`
}

func readConf() (Conf, error) {
	var conf Conf
	text := flag.String("instance-conf", "", "the instance's configuration as JSON")
	flag.Parse()
	if err := json.Unmarshal([]byte(*text), &conf); err != nil {
		return conf, fmt.Errorf("-instance-conf: %w", err)
	}
	if conf.SourceSpecsTopic == "" {
		return conf, fmt.Errorf("-instance-conf: sourceSpecsTopic is empty; spec.input.topics needs one")
	}
	return conf, nil
}

// Subscription is the name that all Pulsar runtimes use when none is given.
func (c Conf) Subscription() string {
	if c.SubscriptionName != "" {
		return c.SubscriptionName
	}
	return c.Tenant + "/" + c.NameSpace + "/" + c.Name
}

// Counters are shown as the other runtimes name them.
type Counters struct {
	received  atomic.Int64
	processed atomic.Int64
	failed    atomic.Int64
}

func (c *Counters) serve(conf Conf) error {
	labels := fmt.Sprintf(
		"tenant=%q,namespace=%q,name=%q,instance_id=\"%d\",cluster=%q,fqfn=%q",
		conf.Tenant, conf.Tenant+"/"+conf.NameSpace, conf.Name, conf.InstanceID, conf.ClusterName,
		conf.Tenant+"/"+conf.NameSpace+"/"+conf.Name)
	show := func(answer http.ResponseWriter, _ *http.Request) {
		line := func(name string, value int64) {
			fmt.Fprintf(answer, "pulsar_function_%s_total{%s} %d\n", name, labels, value)
		}
		line("received", c.received.Load())
		line("processed_successfully", c.processed.Load())
		line("user_exceptions", c.failed.Load())
	}
	return http.ListenAndServe(fmt.Sprintf(":%d", conf.MetricsPort), http.HandlerFunc(show))
}
