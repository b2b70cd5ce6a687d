package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/clientcmd"
)

// containerUse is what a container used over a window of time that ended at a moment.
type containerUse struct {
	CPU    string `json:"cpu"`
	Memory string `json:"memory"`
	at     time.Time
	window time.Duration
}

// metricsServer answers metrics.k8s.io/v1beta1 for pods, as far as autoscalers ask.
type metricsServer struct {
	pods listers.PodLister
	use  func(p *corev1.Pod, container string) (containerUse, bool)
}

func serveMetrics(address, cert, key string, pods listers.PodLister, use func(*corev1.Pod, string) (containerUse, bool)) {
	log.Fatal(http.ListenAndServeTLS(address, cert, key, &metricsServer{pods, use}))
}

type object = map[string]any

func (m *metricsServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const base = "/apis/metrics.k8s.io/v1beta1"
	path := strings.TrimSuffix(r.URL.Path, "/")
	parts := strings.Split(strings.TrimPrefix(path, base), "/")
	var answer any
	switch {
	case path == "/apis/metrics.k8s.io" || path == "/apis" || path == "/healthz":
		version := object{"groupVersion": "metrics.k8s.io/v1beta1", "version": "v1beta1"}
		answer = object{"kind": "APIGroup", "apiVersion": "v1", "name": "metrics.k8s.io", "versions": []object{version}}
	case path == base:
		pods := object{"name": "pods", "namespaced": true, "kind": "PodMetrics", "verbs": []string{"get", "list"}}
		answer = object{"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "metrics.k8s.io/v1beta1", "resources": []object{pods}}
	case strings.HasPrefix(path, base) && parts[len(parts)-1] == "pods":
		selector, err := labels.Parse(r.URL.Query().Get("labelSelector"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		namespace := ""
		if len(parts) == 4 {
			namespace = parts[2]
		}
		answer = object{"kind": "PodMetricsList", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": object{}, "items": m.list(namespace, selector)}
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// list leaves out pods of which a container's use is not known.
func (m *metricsServer) list(namespace string, selector labels.Selector) []object {
	pods, _ := m.pods.Pods(namespace).List(selector)
	items := []object{}
	for _, p := range pods {
		var last containerUse
		containers := []object{}
		for _, c := range p.Spec.Containers {
			if use, ok := m.use(p, c.Name); ok {
				containers = append(containers, object{"name": c.Name, "usage": use})
				last = use
			}
		}
		if p.Status.Phase != corev1.PodRunning || len(containers) < len(p.Spec.Containers) {
			continue
		}
		items = append(items, object{
			"metadata":   object{"name": p.Name, "namespace": p.Namespace, "labels": p.Labels},
			"timestamp":  last.at.UTC().Format(time.RFC3339),
			"window":     last.window.String(),
			"containers": containers,
		})
	}
	return items
}

// runMetrics serves what the kubelets of real nodes measure.
func runMetrics(args []string) {
	fs := flag.NewFlagSet("metrics", flag.ExitOnError)
	kubeconfig := fs.String("kubeconfig", "", "")
	address := fs.String("address", "", "")
	cert := fs.String("cert", "", "")
	key := fs.String("key", "", "")
	_ = fs.Parse(args)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		log.Fatal(err)
	}
	client := kubernetes.NewForConfigOrDie(config)
	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods().Lister()
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	m := &measured{uses: map[string]containerUse{}}
	go serveMetrics(*address, *cert, *key, pods, m.use)
	for ; ctx.Err() == nil; time.Sleep(2 * time.Second) {
		if err := m.ask(ctx, client); err != nil {
			log.Print(err)
		}
	}
}

// measured keeps the last use of each container, by pod's uid and container's name.
type measured struct {
	lock sync.Mutex
	uses map[string]containerUse
}

func (m *measured) use(p *corev1.Pod, container string) (containerUse, bool) {
	m.lock.Lock()
	defer m.lock.Unlock()
	use, ok := m.uses[string(p.UID)+"/"+container]
	return use, ok
}

// ask reads the summaries of all nodes' kubelets.
func (m *measured) ask(ctx context.Context, client kubernetes.Interface) error {
	nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	uses := map[string]containerUse{}
	for _, node := range nodes.Items {
		text, err := client.CoreV1().RESTClient().Get().
			AbsPath("/api/v1/nodes", node.Name, "proxy/stats/summary").
			Param("only_cpu_and_memory", "true").DoRaw(ctx)
		if err != nil {
			return err
		}
		var summary struct {
			Pods []struct {
				PodRef     struct{ UID string }
				Containers []struct {
					Name string
					CPU  struct {
						Time           time.Time
						UsageNanoCores *uint64
					}
					Memory struct{ WorkingSetBytes uint64 }
				}
			}
		}
		if err := json.Unmarshal(text, &summary); err != nil {
			return err
		}
		for _, p := range summary.Pods {
			for _, c := range p.Containers {
				if c.CPU.UsageNanoCores == nil {
					continue // it was seen only once so far
				}
				uses[p.PodRef.UID+"/"+c.Name] = containerUse{
					CPU:    strconv.FormatUint(*c.CPU.UsageNanoCores, 10) + "n",
					Memory: strconv.FormatUint(c.Memory.WorkingSetBytes, 10),
					at:     c.CPU.Time, window: 10 * time.Second,
				}
			}
		}
	}
	m.lock.Lock()
	defer m.lock.Unlock()
	m.uses = uses
	return nil
}
