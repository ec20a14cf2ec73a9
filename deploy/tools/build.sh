#!/bin/sh
# Builds what checks deploy/ into a folder, from Go modules: build.sh GO FOLDER
#
# Versions and sums of the tools are in go.mod and go.sum; the operators, of which only the
# definitions of their resources are taken, are held by Go's own database of sums.
set -eu
go=$1
folder=$2
cd "$(dirname "$0")"
export GOTOOLCHAIN=local GOFLAGS=-mod=readonly

"$go" build -o "$folder/compose-go" github.com/compose-spec/compose-go/v2/cmd
"$go" build -o "$folder/kustomize" sigs.k8s.io/kustomize/kustomize/v5
# Without the clients of all clouds that Prometheus can discover targets in.
"$go" build -tags remove_all_sd,enable_dns_sd -o "$folder/promtool" \
    github.com/prometheus/prometheus/cmd/promtool

# definitions NAME MODULE FOLDER-IN-IT
definitions() {
    there=$("$go" mod download -json "$2" | sed -n 's/^.*"Dir": "\(.*\)",$/\1/p')
    mkdir -p "$folder/crds/$1"
    cp "$there/$3"/*.yaml "$folder/crds/$1/"
    chmod -R u+w "$folder/crds/$1"
}
definitions keda github.com/kedacore/keda/v2@v2.21.0 config/crd/bases
definitions cloudnative-pg github.com/cloudnative-pg/cloudnative-pg@v1.30.0 config/crd/bases
definitions barman-cloud github.com/cloudnative-pg/plugin-barman-cloud@v0.15.0 config/crd/bases
definitions prometheus-operator \
    github.com/prometheus-operator/prometheus-operator@v0.85.0 example/prometheus-operator-crd
