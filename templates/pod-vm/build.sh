#!/usr/bin/env bash
# Makes the pod VM image by the builder of the release, once for the same inputs.
#
# Called with the command of the builder. The builder itself succeeds where its cloud scripts failed, and then takes the image before
# for the new one; this looks at what it left behind. Where a KataConfig has the operator make the image, it waits for that one. Needs
# bash, curl and sed beside the builder, and writes no file.
#
# CLOUD_PROVIDER      which cloud
# IMAGE_KEY           the key of peer-pods-cm that holds the image
# INPUTS_FINGERPRINT  what the image is made from
# UPDATE_PEERPODS_CM  `yes` where the builder writes the image into peer-pods-cm; otherwise nothing is recorded
# POLL_SECONDS        how long to wait between two looks at the image of the operator (default: 15)
#
# The builder gets the environment as it is, but for the host of the API server in NO_PROXY and no_proxy. A signal that ends this ends
# the builder, and whatever it started.
set -euo pipefail

readonly account=${SERVICE_ACCOUNT_FOLDER:-/var/run/secrets/kubernetes.io/serviceaccount}
readonly annotation=goldsmith.dev/pod-vm-inputs

main() {
  except_from_proxy "${KUBERNETES_SERVICE_HOST:?}"
  read_record || fail 'peer-pods-cm cannot be read: nothing is built'
  if [[ -n $recorded_image && $recorded_inputs == "$INPUTS_FINGERPRINT $recorded_image" ]]; then
    echo "the image of these inputs is there: $recorded_image"
    return
  fi
  if [[ -z $recorded_image ]] && operator_makes_images; then
    wait_for_operator
    return
  fi
  build "$@"
}

fail() {
  echo "$1" >&2
  exit 1
}

# The API server is in the cluster, where no proxy leads. What reaches the cloud goes on using the proxy.
except_from_proxy() {
  local host=${1#[} name
  # Some read the one, some the other, and most no more than one of them.
  export NO_PROXY=${NO_PROXY:-${no_proxy:-}}
  export no_proxy=${no_proxy:-$NO_PROXY}
  for name in NO_PROXY no_proxy; do
    # A star means every host only where it stands alone.
    if [[ ${!name} != '*' ]]; then printf -v "$name" '%s' "${!name:+${!name},}${host%]}"; fi
  done
}

# ask PATH [OPTION..]: asks the API server, with options of curl.
ask() {
  local host=$KUBERNETES_SERVICE_HOST
  if [[ $host == *:* && $host != \[* ]]; then host=[$host]; fi
  # The token goes by a file, never by an argument that others see.
  curl --silent --show-error --fail --globoff --max-time 60 --retry 5 --retry-connrefused \
    --cacert "$account/ca.crt" --header @<(printf 'Authorization: Bearer %s' "$(<"$account/token")") \
    --header 'Accept: application/json' "${@:2}" "https://$host:${KUBERNETES_SERVICE_PORT:-443}$1"
}

peer_pods_config() {
  ask "/api/v1/namespaces/$(<"$account/namespace")/configmaps/peer-pods-cm" "$@"
}

# Sets `config`, `recorded_inputs` and `recorded_image`.
read_record() {
  config=$(peer_pods_config) || return 1
  recorded_inputs=$(text_of "$annotation") || return 1
  recorded_image=$(text_of "$IMAGE_KEY") || return 1
}

# The text that a key has in `config`; nothing where there is none.
text_of() {
  printf '%s\n' "${config//$'\n'/}" | sed -n "s|.*[{,] *\"$1\": *\"\\([^\"]*\\)\".*|\\1|p"
}

# Whether a KataConfig asks for peer pods. The operator then makes an image as soon as there is none.
operator_makes_images() {
  local said
  if ! said=$(ask /apis/kataconfiguration.openshift.io/v1/kataconfigs --write-out '\n%{http_code}'); then
    # Where the operator never was, nobody knows what a KataConfig is.
    [[ ${said##*$'\n'} == 404 ]] || fail 'whether there is a KataConfig is not known: nothing is built'
  fi
  [[ $said =~ \"enablePeerPods\":\ *true ]]
}

wait_for_operator() {
  echo 'there is a KataConfig and no image, so the operator makes one: waiting for it'
  while [[ -z $recorded_image ]]; do
    sleep "${POLL_SECONDS:-15}"
    read_record || fail 'peer-pods-cm cannot be read: whether there is an image is not known'
  done
  echo "the operator has made $recorded_image"
}

# Runs the builder, and holds what it wrote against what was there.
build() {
  local inputs_before=$recorded_inputs image_before=$recorded_image latest=
  # What the builder made last, which it takes for new where it fails.
  case $CLOUD_PROVIDER in
    aws) latest=$(text_of LATEST_AMI_ID) ;;
    azure | gcp) latest=$(text_of LATEST_IMAGE_ID) ;;
  esac
  "$@" || fail 'the builder failed'
  if [[ ${UPDATE_PEERPODS_CM:-} != yes ]]; then return; fi
  read_record || fail 'peer-pods-cm cannot be read: whether there is an image is not known'
  [[ -n $recorded_image ]] || fail "the builder wrote no image into $IMAGE_KEY"
  # A volume of libvirt keeps its name; elsewhere an image of before is one of these inputs only if it was recorded so.
  if [[ $CLOUD_PROVIDER != libvirt && $inputs_before != "$INPUTS_FINGERPRINT $recorded_image" ]] &&
    [[ $recorded_image == "$image_before" || $recorded_image == "$latest" ]]; then
    fail "the builder left the image before in place: $recorded_image"
  fi
  record
}

record() {
  peer_pods_config --request PATCH --header 'Content-Type: application/merge-patch+json' --output /dev/null \
    --data "{\"metadata\":{\"annotations\":{\"$annotation\":\"$INPUTS_FINGERPRINT $recorded_image\"}}}" ||
    fail 'the image is there, and its fingerprint could not be written'
  echo "made $recorded_image"
}

# stop STATUS: ends all that `main` runs.
stop() {
  trap '' INT TERM HUP
  kill -TERM -- "-$work" 2>/dev/null || true
  # A builder may have something to take back. How long it may take is for the kubelet to say.
  while kill -0 -- "-$work" 2>/dev/null; do sleep 0.1; done
  exit "$1"
}

# The first process of a container gets only signals that it asks for, and bash hears them only while it waits. So `main` runs beside
# us, in a group of its own, which the builder and its children belong to: their shell would not pass a signal on.
set -m
main "$@" &
readonly work=$!
set +m
trap 'stop 130' INT
trap 'stop 143' TERM HUP
wait "$work"
