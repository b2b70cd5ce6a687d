{{/* The values, with defaults for those that are missing: a release that is upgraded with --reuse-values
     has only what the chart knew that installed it. JSON. */}}
{{- define "function-mesh.values" -}}
{{- $defaults := .Files.Get "files/defaults.json" | fromJson -}}
{{- $values := deepCopy .Values.AsMap -}}
{{- range $key, $default := $defaults }}
{{- if not (hasKey $values $key) }}
{{- $_ := set $values $key $default }}
{{- else if has $key (list "controllerManager" "admissionWebhook") }}
{{- range $inner, $value := $default }}
{{- if not (hasKey (index $values $key) $inner) }}
{{- $_ := set (index $values $key) $inner $value }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- /* Where the reference's chart takes them: as those of a sub-chart. */ -}}
{{- $admission := dig "admission-webhook" "admissionWebhook" dict $values }}
{{- $_ := set $values "admissionWebhook" (mergeOverwrite $values.admissionWebhook $admission) }}
{{- if hasPrefix "streamnative/function-mesh:" (trimPrefix "docker.io/" $values.operatorImage) }}
{{- fail (printf "operatorImage %s is the reference operator's: leave the value out, or name an image of this one" $values.operatorImage) }}
{{- end }}
{{- toJson $values -}}
{{- end }}

{{- define "function-mesh.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{/* As the reference operator's chart has them, so that its Deployment is upgraded in place. */}}
{{- define "function-mesh.selector" -}}
app.kubernetes.io/name: {{ include "function-mesh.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller-manager
{{- end }}

{{- define "function-mesh.labels" -}}
{{ include "function-mesh.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* What the program's --config-file says; nothing if nothing is given. */}}
{{- define "function-mesh.config" -}}
{{- $manager := (include "function-mesh.values" . | fromJson).controllerManager -}}
{{- $config := dict -}}
{{- range $key := list "runnerImages" "runnerImagePullSecrets" "runnerImagePullPolicy" "resourceLabels" "resourceAnnotations" }}
{{- with index $manager $key }}
{{- $_ := set $config $key . }}
{{- end }}
{{- end }}
{{- with $config }}{{ toYaml . }}{{ end }}
{{- end }}

{{/* "true" where resources are judged at admission. */}}
{{- define "function-mesh.admission" -}}
{{- $values := include "function-mesh.values" . | fromJson -}}
{{- and $values.controllerManager.create $values.admissionWebhook.enabled (not $values.namespaced) -}}
{{- end }}

{{/* Where its certificate comes from: self, cert-manager or given. */}}
{{- define "function-mesh.certificate" -}}
{{- $provider := (include "function-mesh.values" . | fromJson).admissionWebhook.certificate.provider -}}
{{- ternary "given" $provider (eq $provider "custom") -}}
{{- end }}
