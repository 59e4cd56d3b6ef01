#!/usr/bin/env bash
# Makes the pod VM image by the builder of the release, once for the same inputs.
#
# Called with the command of the builder. The builder itself succeeds where its cloud scripts failed, and then takes the image before
# for the new one; this looks at what it left behind. Where a KataConfig has the operator make the image, it waits for that one. Needs
# bash, curl and sed beside the builder.
#
# CLOUD_PROVIDER      which cloud
# IMAGE_KEY           the key of peer-pods-cm that holds the image
# INPUTS_FINGERPRINT  what the image is made from
# UPDATE_PEERPODS_CM  `yes` where the builder writes the image into peer-pods-cm
# POLL_SECONDS        how long to wait between two looks at the image of the operator (default: 30)
set -euo pipefail

readonly account=${SERVICE_ACCOUNT_FOLDER:-/var/run/secrets/kubernetes.io/serviceaccount}
readonly server=https://${KUBERNETES_SERVICE_HOST:?}:${KUBERNETES_SERVICE_PORT:-443}
readonly annotation=goldsmith.dev/pod-vm-inputs

fail() {
  echo "$1" >&2
  exit 1
}

# ask PATH [OPTION..]: asks the API server, with options of curl.
ask() {
  # The token goes by a file, never by an argument that others see.
  curl --silent --show-error --fail --max-time 60 --retry 5 --retry-connrefused \
    --cacert "$account/ca.crt" --header @<(printf 'Authorization: Bearer %s' "$(<"$account/token")") \
    --header 'Accept: application/json' "${@:2}" "$server$1"
}

peer_pods_config() {
  ask "/api/v1/namespaces/$(<"$account/namespace")/configmaps/peer-pods-cm" "$@"
}

# Whether a KataConfig asks for peer pods. The operator then makes an image as soon as there is none.
operator_makes_images() {
  local answer
  # Where the operator never was, nobody knows what a KataConfig is.
  answer=$(ask /apis/kataconfiguration.openshift.io/v1/kataconfigs --write-out '\n%{http_code}') ||
    [[ ${answer##*$'\n'} == 404 ]] || fail 'whether there is a KataConfig is not known: nothing is built'
  [[ $answer =~ \"enablePeerPods\":\ *true ]]
}

# The text that a key has in the answer, given on standard input; nothing where there is none.
text_of() {
  tr -d '\n' | sed -n "s|.*[{,] *\"$1\": *\"\\([^\"]*\\)\".*|\\1|p"
}

before=$(peer_pods_config) || fail 'peer-pods-cm cannot be read: nothing is built'
image_before=$(text_of "$IMAGE_KEY" <<<"$before")
recorded=$(text_of "$annotation" <<<"$before")
if [[ -n $image_before && $recorded == "$INPUTS_FINGERPRINT $image_before" ]]; then
  echo "the image of these inputs is there: $image_before"
  exit 0
fi
if [[ -z $image_before ]] && operator_makes_images; then
  echo 'there is a KataConfig and no image, so the operator makes one: waiting for it'
  while [[ -z $image_before ]]; do
    sleep "${POLL_SECONDS:-30}"
    before=$(peer_pods_config) || fail 'peer-pods-cm cannot be read: whether there is an image is not known'
    image_before=$(text_of "$IMAGE_KEY" <<<"$before")
  done
  echo "the operator has made $image_before"
  exit 0
fi
# What the builder made last, which it takes for new where it fails.
case $CLOUD_PROVIDER in
  aws) latest=$(text_of LATEST_AMI_ID <<<"$before") ;;
  azure | gcp) latest=$(text_of LATEST_IMAGE_ID <<<"$before") ;;
  *) latest= ;;
esac

"$@" || fail 'the builder failed'
if [[ ${UPDATE_PEERPODS_CM:-} != yes ]]; then
  exit 0
fi

after=$(peer_pods_config) || fail 'peer-pods-cm cannot be read: whether there is an image is not known'
image=$(text_of "$IMAGE_KEY" <<<"$after")
[[ -n $image ]] || fail "the builder wrote no image into $IMAGE_KEY"
# A volume of libvirt keeps its name; elsewhere an image of before is one of these inputs only if it was recorded so.
if [[ $CLOUD_PROVIDER != libvirt && $recorded != "$INPUTS_FINGERPRINT $image" ]] &&
  [[ $image == "$image_before" || $image == "$latest" ]]; then
  fail "the builder left the image before in place: $image"
fi
peer_pods_config --request PATCH --header 'Content-Type: application/merge-patch+json' --output /dev/null \
  --data "{\"metadata\":{\"annotations\":{\"$annotation\":\"$INPUTS_FINGERPRINT $image\"}}}" ||
  fail 'the image is there, and its fingerprint could not be written'
echo "made $image"
