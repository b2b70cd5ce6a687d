package main

import (
	"fmt"
	"strings"
)

func name(i int) string { return fmt.Sprintf("fn-%05d", i) }

func function(namespace string, i int) object {
	topic := func(what string) string { return fmt.Sprintf("persistent://public/default/%s-%d", what, i) }
	return object{
		"apiVersion": "compute.functionmesh.io/v1alpha1", "kind": "Function",
		"metadata": object{"name": name(i), "namespace": namespace, "labels": object{"fleet": "yes"}},
		"spec": object{
			"className": "org.apache.pulsar.functions.api.examples.ExclamationFunction",
			"tenant":    "public", "namespace": "default", "clusterName": "test-pulsar",
			"replicas": 1, "minReplicas": 1, "autoAck": true,
			"processingGuarantee": "atleast_once", "maxPendingAsyncRequests": 1000,
			"forwardSourceMessageProperty": true,
			"image":                        "streamnative/pulsar-functions-java-runner:3.0.0",
			"input":                        object{"topics": []string{topic("in")}, "typeClassName": "java.lang.String"},
			"output":                       object{"topic": topic("out"), "typeClassName": "java.lang.String"},
			"logTopic":                     "persistent://public/default/logs", "logTopicAgent": "runtime",
			"resources": object{
				"requests": object{"cpu": "100m", "memory": "1Gi"},
				"limits":   object{"cpu": "200m", "memory": "1100Mi"}},
			"pulsar": object{"pulsarConfig": "test-pulsar"},
			"java": object{
				"jar":         "/pulsar/examples/api-examples.jar",
				"jarLocation": "function://public/default/api-examples@1"}}}
}

func labels(namespace string, i int) object {
	return object{
		"app": "function-mesh", "component": "function", "name": name(i), "namespace": namespace,
		"app.kubernetes.io/name":            name(i) + "-function",
		"app.kubernetes.io/instance":        name(i) + "-function",
		"compute.functionmesh.io/app":       "function-mesh",
		"compute.functionmesh.io/component": "function",
		"compute.functionmesh.io/name":      name(i),
		"compute.functionmesh.io/namespace": namespace}
}

func service(namespace string, i int) object {
	port := func(name string, number int) object {
		return object{"name": name, "port": number, "protocol": "TCP"}
	}
	return object{
		"apiVersion": "v1", "kind": "Service",
		"metadata": object{"name": name(i) + "-function-headless", "namespace": namespace,
			"labels": labels(namespace, i)},
		"spec": object{"clusterIP": "None", "selector": labels(namespace, i),
			"ports": []object{port("tcp-grpc", 9093), port("http-metrics", 9094)}}}
}

// statefulSet is one of the size that an operator makes for function(i).
func statefulSet(namespace string, i int) object {
	spread := object{"podAntiAffinity": object{"preferredDuringSchedulingIgnoredDuringExecution": []object{{
		"weight": 100, "podAffinityTerm": object{"topologyKey": "kubernetes.io/hostname",
			"labelSelector": object{"matchLabels": labels(namespace, i)}}}}}}
	container := object{
		"name": "pulsar-function", "image": "streamnative/pulsar-functions-java-runner:3.0.0",
		"command": []string{"bash", "-c", strings.Repeat("command ", 500)},
		"env": []object{{"name": "POD_NAME",
			"valueFrom": object{"fieldRef": object{"fieldPath": "metadata.name"}}}},
		"envFrom": []object{{"configMapRef": object{"name": "test-pulsar"}}},
		"ports": []object{
			{"name": "tcp-grpc", "containerPort": 9093, "protocol": "TCP"},
			{"name": "http-metrics", "containerPort": 9094, "protocol": "TCP"}},
		"resources": object{
			"requests": object{"cpu": "100m", "memory": "1Gi"},
			"limits":   object{"cpu": "200m", "memory": "1100Mi"}}}
	template := object{
		"metadata": object{"labels": labels(namespace, i),
			"annotations": object{"prometheus.io/scrape": "true", "prometheus.io/port": "9094"}},
		"spec": object{"affinity": spread, "containers": []object{container},
			"securityContext": object{"runAsUser": 10000, "runAsGroup": 10001, "fsGroup": 10001}}}
	return object{
		"apiVersion": "apps/v1", "kind": "StatefulSet",
		"metadata": object{"name": name(i) + "-function", "namespace": namespace,
			"labels": labels(namespace, i)},
		"spec": object{"replicas": 1, "serviceName": name(i) + "-function-headless",
			"podManagementPolicy": "Parallel",
			"selector":            object{"matchLabels": labels(namespace, i)}, "template": template}}
}
