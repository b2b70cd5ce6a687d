// fleet times an operator from outside, on thousands of Functions. Usage: fleet FLAG... PHASE
//
//	raw      create Functions, and write what an operator makes of each, without one: the API
//	         server's own limit
//	create   create Functions, wait until each has its StatefulSet, its Service and a status
//	update   change every Function, wait until each StatefulSet has the change
//	heal     delete every StatefulSet, wait until all are back
//	latency  change one Function after the other, at rest in between: how long until its
//	         StatefulSet is written
//	quiet    count what was written during -quiet-for
//	delete   delete all Functions and what belongs to them (without an operator)
//	admission  create and change Functions, judged by the operator's webhooks and by turns by one
//	         that does nothing
//
// It prints one line of JSON, with -pid also what that process used in CPU seconds and in memory.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

type fleet struct {
	*api
	namespace string
	size      int
	workers   int
	limit     time.Duration
	quietFor  time.Duration
	begin     time.Time
	more      object // what a phase says beside its time
}

func (f *fleet) path(group, plural string) string {
	return group + "/namespaces/" + f.namespace + "/" + plural
}
func (f *fleet) functions() string {
	return f.path("/apis/compute.functionmesh.io/v1alpha1", "functions")
}
func (f *fleet) statefulSets() string { return f.path("/apis/apps/v1", "statefulsets") }
func (f *fleet) services() string     { return f.path("/api/v1", "services") }

// each does something for every Function, several at a time.
func (f *fleet) each(do func(i int)) {
	var group sync.WaitGroup
	numbers := make(chan int)
	for range f.workers {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := range numbers {
				do(i)
			}
		}()
	}
	for i := range f.size {
		numbers <- i
	}
	close(numbers)
	group.Wait()
}

func (f *fleet) await(condition func() bool) bool {
	return waitFor(f.limit, 250*time.Millisecond+time.Duration(f.size/10)*time.Millisecond, condition)
}

func (f *fleet) all(path string, ok func(object) bool) bool {
	count := 0
	for _, o := range f.list(path) {
		if ok(o) {
			count++
		}
	}
	return count >= f.size
}

func (f *fleet) createAll() bool {
	var failed sync.Map
	f.each(func(i int) {
		if code, text := f.request("POST", f.functions(), function(f.namespace, i)); code != 201 {
			failed.Store(i, true)
			fmt.Fprintln(os.Stderr, code, string(text))
		}
	})
	f.more["usersSeconds"] = time.Since(f.begin).Seconds()
	ok := true
	failed.Range(func(_, _ any) bool { ok = false; return false })
	return ok
}

func (f *fleet) raw() bool {
	ok := f.createAll()
	status := object{"status": object{"replicas": 1, "selector": "a=b", "observedGeneration": 1,
		"conditions": object{"StatefulSet": object{
			"condition": "StatefulSetReady", "status": "True", "action": "NoAction"}}}}
	f.each(func(i int) {
		f.request("APPLY", f.services()+"/"+name(i)+"-function-headless", service(f.namespace, i))
		f.request("APPLY", f.statefulSets()+"/"+name(i)+"-function", statefulSet(f.namespace, i))
		f.request("PATCH", f.functions()+"/"+name(i)+"/status", status)
	})
	return ok
}

func (f *fleet) create() bool {
	return f.createAll() &&
		f.await(func() bool { return f.count(f.statefulSets()) >= f.size && f.count(f.services()) >= f.size }) &&
		f.await(func() bool {
			return f.all(f.functions(), func(o object) bool {
				return at(o, "status", "observedGeneration") == at(o, "metadata", "generation")
			})
		})
}

func has(o object, mark string) bool {
	text, _ := json.Marshal(at(o, "spec", "template"))
	return bytes.Contains(text, []byte(mark))
}

func (f *fleet) setImage(i int, mark string) {
	f.request("PATCH", f.functions()+"/"+name(i), object{"spec": object{"image": "acme/runner:" + mark}})
}

func (f *fleet) update() bool {
	mark := strconv.FormatInt(time.Now().UnixNano(), 36)
	f.each(func(i int) { f.setImage(i, mark) })
	f.more["usersSeconds"] = time.Since(f.begin).Seconds()
	return f.await(func() bool {
		return f.all(f.statefulSets(), func(o object) bool { return has(o, mark) })
	})
}

func (f *fleet) heal() bool {
	uids := map[any]bool{}
	for _, o := range f.list(f.statefulSets()) {
		uids[at(o, "metadata", "uid")] = true
	}
	f.begin = time.Now()
	f.each(func(i int) {
		f.request("DELETE", f.statefulSets()+"/"+name(i)+"-function", object{"propagationPolicy": "Background"})
	})
	return f.await(func() bool {
		return f.all(f.statefulSets(), func(o object) bool { return !uids[at(o, "metadata", "uid")] })
	})
}

// rest waits until nothing has been written for a second.
func (f *fleet) rest() bool {
	return f.await(func() bool {
		before := f.versions()
		time.Sleep(time.Second)
		return reflect.DeepEqual(before, f.versions())
	})
}

func (f *fleet) latency() bool {
	const rounds = 200
	if !f.rest() {
		return false
	}
	changed := make(chan object, 1000)
	stop, err := f.watch(f.statefulSets(), func(_ string, o object) { changed <- o })
	if err != nil {
		return false
	}
	defer stop()
	var took []time.Duration
	for round := range rounds {
		time.Sleep(50 * time.Millisecond)
		mark := fmt.Sprintf("latency-%d-%d", f.begin.UnixNano(), round)
		begin := time.Now()
		f.setImage(round%f.size, mark)
		for late := time.After(10 * time.Second); ; {
			select {
			case o := <-changed:
				if !has(o, mark) {
					continue
				}
			case <-late:
				return false
			}
			break
		}
		took = append(took, time.Since(begin))
	}
	sort.Slice(took, func(a, b int) bool { return took[a] < took[b] })
	f.more["medianMilliseconds"] = float64(took[rounds/2].Microseconds()) / 1000
	f.more["p99Milliseconds"] = float64(took[rounds*99/100].Microseconds()) / 1000
	return true
}

func (f *fleet) versions() map[string]any {
	all := map[string]any{}
	for _, path := range []string{f.functions(), f.statefulSets(), f.services(),
		f.path("/apis/autoscaling/v2", "horizontalpodautoscalers"), f.path("/apis/batch/v1", "jobs")} {
		for _, o := range f.list(path) {
			all[path+"/"+fmt.Sprint(at(o, "metadata", "name"))] = at(o, "metadata", "resourceVersion")
		}
	}
	return all
}

func (f *fleet) quiet(pid int) bool {
	before, cpu := f.versions(), cpuSeconds(pid)
	time.Sleep(f.quietFor)
	f.more["cpuWhileQuiet"] = cpuSeconds(pid) - cpu
	written := 0
	for key, version := range f.versions() {
		if before[key] != version {
			written++
		}
	}
	f.more["written"] = written
	return true
}

func (f *fleet) deleteAll() bool {
	f.each(func(i int) {
		f.request("DELETE", f.functions()+"/"+name(i), nil)
		f.request("DELETE", f.statefulSets()+"/"+name(i)+"-function", nil)
		f.request("DELETE", f.services()+"/"+name(i)+"-function-headless", nil)
	})
	return f.await(func() bool {
		return f.count(f.functions())+f.count(f.statefulSets())+f.count(f.services()) == 0
	})
}

// cpuSeconds is what a process used so far, in user and kernel mode.
func cpuSeconds(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, _ := strconv.ParseFloat(fields[11], 64)
	kernel, _ := strconv.ParseFloat(fields[12], 64)
	return (user + kernel) / 100
}

// mebibytes is a line of /proc/PID/status.
func mebibytes(pid int, field string) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for _, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, field+":") {
			kilobytes, _ := strconv.ParseFloat(strings.Fields(line)[1], 64)
			return kilobytes / 1024
		}
	}
	return 0
}

func main() {
	server := flag.String("server", "https://127.0.0.1:6443", "API server")
	ca := flag.String("ca", "", "its certificate authority, a file")
	cert := flag.String("cert", "", "our certificate")
	key := flag.String("key", "", "its key")
	size := flag.Int("n", 1000, "how many Functions")
	namespace := flag.String("namespace", "fleet", "where")
	workers := flag.Int("workers", 16, "requests at once")
	pid := flag.Int("pid", 0, "the operator's process")
	limit := flag.Duration("limit", 10*time.Minute, "give up after")
	quietFor := flag.Duration("quiet-for", 20*time.Second, "how long quiet watches")
	webhookPort := flag.Int("webhook-port", 9443, "where the operator serves its webhooks")
	flag.Parse()

	connection, err := newAPI(*server, *ca, *cert, *key, *workers)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	f := &fleet{api: connection, namespace: *namespace, size: *size, workers: *workers, limit: *limit,
		quietFor: *quietFor, more: object{}}
	f.request("POST", "/api/v1/namespaces", object{"metadata": object{"name": *namespace}})
	phases := map[string]func() bool{"raw": f.raw, "create": f.create, "update": f.update, "heal": f.heal,
		"latency": f.latency, "quiet": func() bool { return f.quiet(*pid) }, "delete": f.deleteAll,
		"admission": func() bool { return f.admission(*webhookPort) }}
	phase, known := phases[flag.Arg(0)]
	if !known {
		fmt.Fprintln(os.Stderr, "usage: fleet FLAG... raw|create|update|heal|latency|quiet|delete|admission")
		os.Exit(2)
	}
	f.begin = time.Now()
	cpu := cpuSeconds(*pid)
	ok := phase()
	result := object{"phase": flag.Arg(0), "n": *size, "ok": ok, "seconds": time.Since(f.begin).Seconds()}
	for key, value := range f.more {
		result[key] = value
	}
	if *pid > 0 {
		result["cpuSeconds"] = cpuSeconds(*pid) - cpu
		result["residentMiB"] = mebibytes(*pid, "VmRSS")
		result["peakMiB"] = mebibytes(*pid, "VmHWM")
	}
	text, _ := json.Marshal(result)
	fmt.Println(string(text))
	if !ok {
		os.Exit(1)
	}
}
