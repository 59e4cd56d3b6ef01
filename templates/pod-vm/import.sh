#!/usr/bin/env bash
# Imports a pod VM image, which lies as one file in a container image, into a cloud, and records it in the cluster.
#
# The image that this runs in holds bash 4.4 or newer, GNU coreutils, sed, skopeo (with a policy.json), umoci, qemu-img,
# kubectl, and what reaches the cloud: `aws`, `az`, `gcloud` with GNU tar and gzip, or `virsh` with an SSH client.
# Nothing is downloaded but the image. The folder for work needs room for two disks; nothing is written anywhere else.
#
# Its parameters are variables of the environment:
#
#   CLOUD_PROVIDER         aws, azure, gcp or libvirt
#   ARTIFACT_IMAGE         the container image, by tag or digest, without a scheme
#   ARTIFACT_PATH          where the file lies in it (default: /image/podvm.qcow2)
#   ARTIFACT_ARCHITECTURE  amd64, arm64 or s390x
#   ARTIFACT_SHA256        the checksum of the file (default: not checked)
#   ARTIFACT_FORMAT        qcow2, raw or vhd (default: any of them)
#   REGISTRY_AUTH_FILE     credentials of the registry, where the file exists
#   REGISTRY_CERTIFICATES  a folder with the authorities of the registry (default: those of the system)
#   INPUTS_FINGERPRINT     what the image is made from, in hexadecimal, 16 digits at least
#   IMAGE_NAME             the name to create; unused by libvirt, which has LIBVIRT_VOL_NAME
#   POD_NAMESPACE          the namespace of the ConfigMap
#   PEER_PODS_CONFIG       the ConfigMap that the image is recorded in (default: peer-pods-cm)
#   UPDATE_PEERPODS_CM     `yes` where pods are to use the image (default: yes); with anything else the ConfigMap gets
#                          annotations alone, and pods keep the image that they have
#   WORK_FOLDER            the folder for work (default: /work)
#   CLOUD_SECONDS          how long the cloud may take to make an image (default: 1800)
#   POLL_SECONDS           how long to wait between two looks at it, or at the image of the operator (default: 15)
#
#   aws      AWS_REGION; AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE;
#            VMIMPORT_ROLE, which exists (default: vmimport); STAGING_BUCKET, which stays (default: a bucket of the run)
#   azure    AZURE_SUBSCRIPTION_ID, AZURE_TENANT_ID, AZURE_CLIENT_ID; AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE;
#            AZURE_RESOURCE_GROUP, AZURE_REGION, IMAGE_GALLERY_NAME, IMAGE_VERSION, IMAGE_DEFINITION_NAME, _PUBLISHER,
#            _OFFER, _SKU, _OS_TYPE, _OS_STATE, _VM_GENERATION, _ARCHITECTURE, _SECURITY_TYPE (default: Standard).
#            A definition that is there may support more than this type
#   gcp      GCP_PROJECT_ID, GCP_ZONE, GCP_CREDENTIALS (the text of a key), STAGING_BUCKET as above,
#            GUEST_OS_FEATURES (default: UEFI_COMPATIBLE)
#   libvirt  LIBVIRT_URI, LIBVIRT_POOL, which exists, LIBVIRT_VOL_NAME; a key in ~/.ssh where the URI asks for one
#
# Proxies are those of the environment. The API server is reached without them: its host is added to NO_PROXY and
# no_proxy.
#
# What it makes in a cloud has the tags `goldsmith-inputs`, the fingerprint, and `goldsmith-run`, a name of this run. An
# image of the same fingerprint is the result of a run that could not record it; any other of the same name is left
# alone, and fails the run. A run that fails takes back what it made. It exits with 0 only if the image is in the cloud
# and recorded, or if the operator has made one: it does where there is a KataConfig and no image, and two at once would
# be one too many. A signal ends it at once, but for a record that is being written.
set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C
umask 077

main() {
  set_defaults
  check
  begin
  step "read what is recorded"
  read_record || fail "cannot read the ConfigMap \`$PEER_PODS_CONFIG\` in \`$POD_NAMESPACE\`"
  if [[ -n $recorded_image && $recorded_inputs == "$INPUTS_FINGERPRINT $recorded_image" ]]; then
    say "nothing to do: \`$recorded_image\` was made from the same inputs"
    return
  fi
  if [[ -z $recorded_image ]] && operator_makes_images; then
    wait_for_operator
    return
  fi
  step "look for the image in the cloud"
  "${CLOUD_PROVIDER}_login"
  "${CLOUD_PROVIDER}_find"
  if [[ -n $image ]]; then
    say "\`$image\` was made from the same inputs by a run that did not record it"
  else
    pull
    inspect
    step "convert it"
    "${CLOUD_PROVIDER}_convert"
    "${CLOUD_PROVIDER}_import"
  fi
  record
}

# The state of a run.
image=            # what the cloud knows the image by
image_key=        # the key that it is recorded as
annotations=()    # what else is recorded: name, value, name, value
undo=()           # what takes back what was made, in the order in which it was made; each may be called again
scratch=          # our part of WORK_FOLDER
disk=             # the file, in the format of the next step
format=           # that format
run=              # a name that no other run has
inputs=           # the fingerprint, as short as the clouds want it
current=start     # the step that is done

say() {
  printf '%s\n' "$*"
}

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

step() {
  current=$1
  say "== $1"
}

# Runs what takes long so that a signal ends it at once.
long() {
  "$@" &
  wait $!
}

# The same, for as long as the cloud may take.
limited() {
  local status=0
  long timeout "$CLOUD_SECONDS" "$@" || status=$?
  if ((status == 124)); then fail "the cloud is not done after $CLOUD_SECONDS seconds"; fi
  return "$status"
}

set_defaults() {
  : "${ARTIFACT_PATH:=/image/podvm.qcow2}" "${ARTIFACT_SHA256:=}" "${ARTIFACT_FORMAT:=}" "${REGISTRY_CERTIFICATES:=}"
  : "${WORK_FOLDER:=/work}" "${PEER_PODS_CONFIG:=peer-pods-cm}" "${CLOUD_SECONDS:=1800}" "${POLL_SECONDS:=15}"
  : "${STAGING_BUCKET:=}" "${VMIMPORT_ROLE:=vmimport}" "${GUEST_OS_FEATURES:=UEFI_COMPATIBLE}"
  : "${IMAGE_DEFINITION_SECURITY_TYPE:=Standard}" "${AZURE_CLIENT_SECRET:=}" "${AZURE_FEDERATED_TOKEN_FILE:=}"
  : "${UPDATE_PEERPODS_CM:=yes}"
  if [[ ! -e ${REGISTRY_AUTH_FILE:-} ]]; then unset REGISTRY_AUTH_FILE; fi
  if [[ -n ${KUBERNETES_SERVICE_HOST:-} ]]; then except_from_proxy "$KUBERNETES_SERVICE_HOST"; fi
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

# Says all that is wrong with the environment at once.
check() {
  local wrong=() variables=(ARTIFACT_IMAGE ARTIFACT_ARCHITECTURE INPUTS_FINGERPRINT POD_NAMESPACE) tools
  case ${CLOUD_PROVIDER:-} in
    aws | azure | gcp | libvirt) "${CLOUD_PROVIDER}_needs" ;;
    *) wrong+=("CLOUD_PROVIDER is \`${CLOUD_PROVIDER:-}\`: aws, azure, gcp or libvirt") tools=() ;;
  esac
  local name
  for name in "${variables[@]}"; do
    if [[ -z ${!name:-} ]]; then wrong+=("$name is missing"); fi
  done
  for name in skopeo umoci qemu-img kubectl sha256sum realpath od timeout "${tools[@]}"; do
    if ! command -v "$name" >/dev/null; then wrong+=("the program \`$name\` is missing from this image"); fi
  done
  check_shape ARTIFACT_PATH '/.+' "an absolute path"
  check_shape ARTIFACT_ARCHITECTURE 'amd64|arm64|s390x' "amd64, arm64 or s390x"
  check_shape ARTIFACT_SHA256 '[0-9a-f]{64}' "64 digits in hexadecimal, in lower case"
  check_shape ARTIFACT_FORMAT 'qcow2|raw|vhd' "qcow2, raw or vhd"
  for name in IMAGE_NAME IMAGE_VERSION IMAGE_GALLERY_NAME IMAGE_DEFINITION_NAME LIBVIRT_VOL_NAME STAGING_BUCKET; do
    check_shape "$name" '[A-Za-z0-9._-]+' "a name of letters, digits, \`.\`, \`_\` and \`-\`"
  done
  check_shape INPUTS_FINGERPRINT '[0-9a-f]{16,}' "16 digits in hexadecimal or more, in lower case"
  if ((${#wrong[@]})); then
    printf 'error: %s\n' "${wrong[@]}" >&2
    exit 1
  fi
}

# For `check`: a variable that is given, and the form that it must have.
check_shape() {
  if [[ -n ${!1:-} && ! ${!1} =~ ^($2)$ ]]; then wrong+=("$1 is \`${!1}\`: it must be $3"); fi
}

# The first process of a container gets only signals that it asks for.
begin() {
  trap finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  # A letter first: Google Cloud compares what looks like numbers as numbers.
  run=r$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
  scratch=$(realpath "$WORK_FOLDER")/import-$run
  mkdir "$scratch"
  disk=$scratch/disk
  # skopeo and the tools of the clouds keep large files, and what they remember, here and nowhere else. So does bash
  # before 5.1 with a text behind `<<<`.
  export TMPDIR=$scratch AZURE_CONFIG_DIR=$scratch/azure CLOUDSDK_CONFIG=$scratch/gcloud
  # A label of Google Cloud holds 63 characters.
  inputs=${INPUTS_FINGERPRINT:0:63}
}

# Takes back what a failed run made, the last first.
finish() {
  local status=$? left=() job i
  trap - EXIT
  trap '' INT TERM HUP
  # What is still running, if a signal has ended us, must not make more.
  for job in $(jobs -p); do kill "$job" 2>/dev/null || true; done
  wait
  if ((status)); then
    printf 'error: failed to %s\n' "$current" >&2
    for ((i = ${#undo[@]} - 1; i >= 0; i--)); do
      insist "${undo[i]}" || left+=("${undo[i]}")
    done
  fi
  if ((${#left[@]})); then
    printf 'error: %s failed: remove what has the tag %s\n' "${left[*]}" "\`goldsmith-run\` = \`$run\`" >&2
  fi
  if [[ -d $scratch ]]; then remove_folder "$scratch" || status=$((status ? status : 1)); fi
  exit "$status"
}

# A folder whose parts may be closed to us, as the image has them.
remove_folder() {
  chmod -R u+rwX "$1" && rm -rf "$1"
}

# Nobody comes after us to remove what is left, so we try it more than once.
insist() {
  local try
  for try in 1 2 3; do
    # With the 0, since a trap's `return` alone would return what was before the trap.
    if "$@"; then return 0; fi
    if ((try < 3)); then sleep "$POLL_SECONDS"; fi
  done
  return 1
}

# unless_gone WORDS COMMAND..: a removal that may fail with these words, which mean that there is nothing to remove.
unless_gone() {
  local said
  if ! said=$("${@:2}" 2>&1) && [[ $said != *"$1"* ]]; then
    printf '%s\n' "$said" >&2
    return 1
  fi
}

# Sets `recorded_inputs` and `recorded_image`. The answer goes by a file, since bash hears no signal in `$( )`.
read_record() {
  local lines
  long kube get configmap "$PEER_PODS_CONFIG" >"$scratch/record" --output \
    "jsonpath={.metadata.annotations.goldsmith\.dev/pod-vm-inputs}{'\n'}{.data.$image_key}" || return 1
  mapfile -t lines <"$scratch/record" || return 1
  recorded_inputs=${lines[0]:-}
  recorded_image=${lines[1]:-}
}

# Whether a KataConfig asks for peer pods. The operator then makes an image as soon as there is none.
operator_makes_images() {
  local said status=0
  long kube get --raw /apis/kataconfiguration.openshift.io/v1/kataconfigs >"$scratch/kata-configs" 2>&1 || status=$?
  said=$(<"$scratch/kata-configs") || fail "cannot tell whether there is a KataConfig: the answer cannot be read"
  if ((status)); then
    # Where the operator never was, nobody knows what a KataConfig is.
    [[ $said == *"(NotFound)"* ]] || fail "cannot tell whether there is a KataConfig: $said"
  fi
  [[ $said =~ \"enablePeerPods\":\ *true ]]
}

wait_for_operator() {
  step "wait for the image of the operator"
  say "there is a KataConfig and no image, so the operator makes one: waiting for it"
  while [[ -z $recorded_image ]]; do
    long sleep "$POLL_SECONDS"
    read_record || fail "cannot read the ConfigMap \`$PEER_PODS_CONFIG\` in \`$POD_NAMESPACE\`"
  done
  say "nothing to do: the operator has made \`$recorded_image\`"
}

# One patch: there is no moment with the image of one run and the inputs of another.
record() {
  local patch name where="in the ConfigMap \`$PEER_PODS_CONFIG\`"
  step "record it"
  case $CLOUD_PROVIDER in
    aws) annotations+=(LATEST_AMI_ID "$image") ;;
    azure | gcp) annotations+=(LATEST_IMAGE_ID "$image") ;;
  esac
  annotations+=(goldsmith.dev/pod-vm-inputs "$INPUTS_FINGERPRINT $image")
  for name in "$image" "${annotations[@]}"; do
    if [[ $name == *[\"\\[:cntrl:]]* ]]; then fail "\`$name\` is no name: it cannot be recorded"; fi
  done
  patch=$(printf ', "%s": "%s"' "${annotations[@]}")
  patch="\"metadata\": {\"annotations\": {${patch#, }}}"
  if updates_key; then
    patch+=", \"data\": {\"$image_key\": \"$image\"}"
  else
    where="in annotations of the ConfigMap \`$PEER_PODS_CONFIG\`, where $image_key stays as it is"
  fi
  write_record "{$patch}"
  say "\`$image\` is recorded $where"
}

write_record() {
  # A signal must not take back an image that may be recorded. Not ignored but unheard, so that kubectl can be ended.
  trap : INT TERM HUP
  if ! kube patch configmap "$PEER_PODS_CONFIG" --type merge --patch "$1" >/dev/null; then
    # Only the answer may have been lost. An image that may be recorded must stay.
    if ! read_record; then
      undo=()
      fail "cannot tell whether \`$image\` is recorded, so it is kept"
    fi
    is_recorded || fail "cannot record \`$image\`"
  fi
}

# Whether the record says what this run wrote.
is_recorded() {
  [[ $recorded_inputs == "$INPUTS_FINGERPRINT $image" ]] || return 1
  if updates_key; then [[ $recorded_image == "$image" ]]; fi
}

# Whether pods are to use the image.
updates_key() {
  [[ $UPDATE_PEERPODS_CM == yes ]]
}

# With a limit of time of its own, kubectl would no longer find the cluster that it runs in.
kube() {
  timeout 60 kubectl --namespace "$POD_NAMESPACE" "$@"
}

# Takes the file out of the container image.
pull() {
  local options=() layout=$scratch/layout root=$scratch/root found file
  if [[ -n $REGISTRY_CERTIFICATES ]]; then options+=(--src-cert-dir "$REGISTRY_CERTIFICATES"); fi
  step "pull \`$ARTIFACT_IMAGE\`"
  long skopeo --override-os linux --override-arch "$ARTIFACT_ARCHITECTURE" \
    copy --quiet --retry-times 3 "${options[@]}" "docker://$ARTIFACT_IMAGE" "oci:$layout:image"
  # An image that is not a list of images is pulled for any architecture.
  found=$(skopeo inspect "oci:$layout:image")
  found=$(sed -n 's/^    "Architecture": "\(.*\)",$/\1/p' <<<"$found")
  if [[ $found != "$ARTIFACT_ARCHITECTURE" ]]; then
    fail "\`$ARTIFACT_IMAGE\` is for \`$found\`, not for \`$ARTIFACT_ARCHITECTURE\`"
  fi

  step "unpack \`$ARTIFACT_PATH\`"
  long umoci raw unpack --rootless --image "$layout:image" "$root"
  rm -rf "$layout"
  file=$(realpath --canonicalize-existing "$root$ARTIFACT_PATH") ||
    fail "\`$ARTIFACT_IMAGE\` has no file \`$ARTIFACT_PATH\`"
  if [[ $file != "$root"/* ]]; then fail "\`$ARTIFACT_PATH\` is a link that leads out of \`$ARTIFACT_IMAGE\`"; fi
  if [[ ! -f $file ]]; then fail "\`$ARTIFACT_PATH\` in \`$ARTIFACT_IMAGE\` is not a file"; fi
  mv "$file" "$disk"
  remove_folder "$root"
}

# Holds the file against what is said of it; sets `format`.
inspect() {
  local sum
  step "check it"
  if [[ -n $ARTIFACT_SHA256 ]]; then
    sum=$(sha256sum <"$disk")
    sum=${sum%% *}
    [[ $sum == "$ARTIFACT_SHA256" ]] || fail "the checksum of \`$ARTIFACT_PATH\` is \`$sum\`, not \`$ARTIFACT_SHA256\`"
  fi
  detect_format
  say "the format of \`$ARTIFACT_PATH\` is $format"
  if [[ -n $ARTIFACT_FORMAT && $format != "$ARTIFACT_FORMAT" ]]; then
    fail "the format of \`$ARTIFACT_PATH\` is \`$format\`, not \`$ARTIFACT_FORMAT\`"
  fi
}

# The name of a file says nothing of what is in it.
detect_format() {
  local size magic
  size=$(stat --format=%s "$disk")
  ((size >= 512)) || fail "\`$ARTIFACT_PATH\` has $size bytes: that is no disk"
  magic=$(bytes 0 4)
  if [[ $magic == 514649fb ]]; then
    format=qcow2
    check_stands_alone
  elif [[ $(bytes $((size - 512)) 8) == 636f6e6563746978 ]]; then # conectix
    format=vhd
  else
    format=raw
    case $magic in
      1f8b* | fd377a58 | 28b52ffd | 425a68* | 504b0304) fail "\`$ARTIFACT_PATH\` is compressed: unpack it first" ;;
    esac
    ((size % 512 == 0)) || fail "\`$ARTIFACT_PATH\` is no disk: its $size bytes are no whole sectors"
    # A DASD of s390x has no boot record.
    [[ $ARTIFACT_ARCHITECTURE == s390x || $(bytes 510 2) == 55aa ]] ||
      fail "\`$ARTIFACT_PATH\` is no disk: its first sector is no boot record"
  fi
}

# A qcow2 may take its content from another file, which would be one of this container.
check_stands_alone() {
  local backing features=00
  backing=$(bytes 8 8)
  if [[ $(bytes 4 4) != 00000002 ]]; then features=$(bytes 79 1); fi
  if [[ $backing != 0000000000000000 ]] || ((0x$features & 4)); then
    fail "\`$ARTIFACT_PATH\` refers to another file: convert it to a qcow2 that stands alone"
  fi
}

# bytes OFFSET COUNT: some of the file, in hexadecimal.
bytes() {
  od -An -v -tx1 -j "$1" -N "$2" "$disk" | tr -d ' \n'
}

# convert FORMAT [OPTION..]: the name of the format, and options, as qemu-img has them.
convert() {
  long qemu-img convert -f "${format/vhd/vpc}" -O "$1" "${@:2}" "$disk" "$disk.new"
  mv -f "$disk.new" "$disk"
  format=${1/vpc/vhd}
}

convert_to_raw() {
  if [[ $format != raw ]]; then convert raw; fi
}

# adopt READY ROW: what a cloud has under our name, by its id, state and inputs; nothing where it has nothing.
adopt() {
  local ready=$1 id state made_from
  read -r id state made_from <<<"$2"
  if [[ -z $id ]]; then return; fi
  if [[ $made_from != "$inputs" ]]; then
    fail "there is a \`$id\` of the same name that was not made from these inputs: it is left alone;" \
      "remove it, or choose another name"
  fi
  if [[ $state != "$ready" ]]; then
    fail "\`$id\` was made from these inputs, but is \`$state\`: wait until it is \`$ready\`, or remove it"
  fi
  image=$id
}

aws_needs() {
  image_key=PODVM_AMI_ID
  variables+=(IMAGE_NAME AWS_REGION)
  tools=(aws)
  if [[ -z ${AWS_ROLE_ARN:-} ]]; then
    variables+=(AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY)
  else
    variables+=(AWS_WEB_IDENTITY_TOKEN_FILE)
  fi
  if [[ ${ARTIFACT_ARCHITECTURE:-} == s390x ]]; then wrong+=("ARTIFACT_ARCHITECTURE is \`s390x\`: aws has none"); fi
}

aws_login() {
  export AWS_DEFAULT_REGION=$AWS_REGION AWS_PAGER=
}

aws_find() {
  local found
  found=$(aws ec2 describe-images --owners self --filters "Name=name,Values=$IMAGE_NAME" --output text \
    --query "Images[].[ImageId, State, Tags[?Key=='goldsmith-inputs'] | [0].Value]")
  adopt available "$found"
}

aws_convert() {
  convert_to_raw
}

aws_import() {
  bucket=${STAGING_BUCKET:-podvm-${inputs:0:8}-$run}
  object=$IMAGE_NAME-$run.raw
  aws_tags="[{Key=goldsmith-inputs,Value=$inputs},{Key=goldsmith-run,Value=$run}]"
  step "upload it to the bucket \`$bucket\`"
  aws_upload
  step "import it as a snapshot"
  aws_import_snapshot
  step "remove it from the bucket"
  aws_remove_object
  if [[ -z $STAGING_BUCKET ]]; then aws_remove_bucket; fi
  step "register the image \`$IMAGE_NAME\`"
  aws_register
}

aws_upload() {
  local place=()
  if [[ -z $STAGING_BUCKET ]]; then
    # The first region is the default, and must not be named.
    if [[ $AWS_REGION != us-east-1 ]]; then place=(--create-bucket-configuration "LocationConstraint=$AWS_REGION"); fi
    undo+=(aws_remove_bucket)
    aws s3api create-bucket --bucket "$bucket" "${place[@]}" >/dev/null
    aws s3api put-bucket-tagging --bucket "$bucket" --tagging "TagSet=$aws_tags"
  fi
  undo+=(aws_remove_object)
  long aws s3 cp "$disk" "s3://$bucket/$object" --only-show-errors \
    --metadata "goldsmith-inputs=$inputs,goldsmith-run=$run"
  rm "$disk"
}

# Sets `snapshot`.
aws_import_snapshot() {
  local task deadline=$((SECONDS + CLOUD_SECONDS)) status message
  undo+=(aws_remove_snapshot)
  task=$(aws ec2 import-snapshot --role-name "$VMIMPORT_ROLE" --description "$IMAGE_NAME" \
    --disk-container "Format=RAW,UserBucket={S3Bucket=$bucket,S3Key=$object}" \
    --tag-specifications "ResourceType=import-snapshot-task,Tags=$aws_tags" --query ImportTaskId --output text)
  while status=$(aws_task "$task" Status) && [[ $status != completed ]]; do
    if [[ $status != active ]]; then
      message=$(aws_task "$task" StatusMessage)
      fail "AWS did not import the snapshot: $message"
    fi
    if ((SECONDS >= deadline)); then fail "AWS has not imported the snapshot after $CLOUD_SECONDS seconds"; fi
    long sleep "$POLL_SECONDS"
  done
  [[ $status == completed ]] || fail "cannot tell what became of the task \`$task\`"
  snapshot=$(aws_task "$task" SnapshotId)
  # A snapshot does not take over the tags of its task.
  aws ec2 create-tags --resources "$snapshot" \
    --tags "Key=goldsmith-inputs,Value=$inputs" "Key=goldsmith-run,Value=$run"
}

# aws_task TASK FIELD: what AWS says of a task that imports a snapshot.
aws_task() {
  aws ec2 describe-import-snapshot-tasks --import-task-ids "$1" \
    --query "ImportSnapshotTasks[0].SnapshotTaskDetail.$2" --output text
}

# Sets `image`.
aws_register() {
  local architecture=(x86_64 --tpm-support v2.0) deadline=$((SECONDS + CLOUD_SECONDS)) state made
  if [[ $ARTIFACT_ARCHITECTURE == arm64 ]]; then architecture=(arm64); fi
  undo+=(aws_remove_image)
  made=$(aws ec2 register-image --name "$IMAGE_NAME" --architecture "${architecture[@]}" --virtualization-type hvm \
    --ena-support --boot-mode uefi --root-device-name /dev/xvda \
    --block-device-mappings "DeviceName=/dev/xvda,Ebs={SnapshotId=$snapshot,DeleteOnTermination=true}" \
    --tag-specifications "ResourceType=image,Tags=$aws_tags" --query ImageId --output text)
  while state=$(aws ec2 describe-images --image-ids "$made" --query 'Images[0].State' --output text) &&
    [[ $state == pending ]]; do
    if ((SECONDS >= deadline)); then fail "\`$made\` is not available after $CLOUD_SECONDS seconds"; fi
    long sleep "$POLL_SECONDS"
  done
  [[ $state == available ]] || fail "\`$made\` is \`$state\`, not available"
  image=$made
}

# What was made is found by its tag: the answer that names it may have been lost.
aws_remove_image() {
  local images id
  images=$(aws ec2 describe-images --owners self --filters "Name=tag:goldsmith-run,Values=$run" \
    --query 'Images[].ImageId' --output text) || return 1
  for id in $images; do
    aws ec2 deregister-image --image-id "$id" >/dev/null || return 1
  done
}

# The snapshot, or the task that would make it.
aws_remove_snapshot() {
  local tasks task status made
  tasks=$(aws ec2 describe-import-snapshot-tasks --output text --query \
    "ImportSnapshotTasks[?Tags[?Key=='goldsmith-run' && Value=='$run']].[ImportTaskId,
      SnapshotTaskDetail.Status, SnapshotTaskDetail.SnapshotId]") || return 1
  while read -r task status made; do
    case $status in
      active) aws ec2 cancel-import-task --import-task-id "$task" >/dev/null || return 1 ;;
      completed) unless_gone InvalidSnapshot.NotFound aws ec2 delete-snapshot --snapshot-id "$made" || return 1 ;;
    esac
  done <<<"$tasks"
}

aws_remove_object() {
  unless_gone NoSuchBucket aws s3 rm "s3://$bucket/$object" --only-show-errors
}

aws_remove_bucket() {
  unless_gone NoSuchBucket aws s3api delete-bucket --bucket "$bucket"
}

azure_needs() {
  image_key=AZURE_IMAGE_ID
  variables+=(IMAGE_NAME IMAGE_VERSION AZURE_SUBSCRIPTION_ID AZURE_TENANT_ID AZURE_CLIENT_ID AZURE_RESOURCE_GROUP
    AZURE_REGION IMAGE_GALLERY_NAME IMAGE_DEFINITION_NAME IMAGE_DEFINITION_PUBLISHER IMAGE_DEFINITION_OFFER
    IMAGE_DEFINITION_SKU IMAGE_DEFINITION_OS_TYPE IMAGE_DEFINITION_OS_STATE IMAGE_DEFINITION_VM_GENERATION
    IMAGE_DEFINITION_ARCHITECTURE)
  tools=(az truncate)
  if [[ -z $AZURE_CLIENT_SECRET$AZURE_FEDERATED_TOKEN_FILE ]]; then
    wrong+=("AZURE_CLIENT_SECRET is missing, and so is AZURE_FEDERATED_TOKEN_FILE")
  fi
  if [[ ${ARTIFACT_ARCHITECTURE:-} == s390x ]]; then wrong+=("ARTIFACT_ARCHITECTURE is \`s390x\`: azure has none"); fi
}

# `az` reads a value from a file behind an `@`, so that no secret is on a command line.
azure_login() {
  local proof=(--password "@$scratch/secret")
  if [[ -n $AZURE_CLIENT_SECRET ]]; then
    printf '%s' "$AZURE_CLIENT_SECRET" >"$scratch/secret"
  else
    proof=(--federated-token "@$AZURE_FEDERATED_TOKEN_FILE")
  fi
  az login --service-principal --tenant "$AZURE_TENANT_ID" --username "$AZURE_CLIENT_ID" "${proof[@]}" --output none
  rm -f "$scratch/secret"
  az account set --subscription "$AZURE_SUBSCRIPTION_ID"
  azure_gallery=(--resource-group "$AZURE_RESOURCE_GROUP" --gallery-name "$IMAGE_GALLERY_NAME")
  azure_definition=("${azure_gallery[@]}" --gallery-image-definition "$IMAGE_DEFINITION_NAME")
  azure_tags=("goldsmith-inputs=$inputs" "goldsmith-run=$run")
}

# Lists are asked, so that what is not there differs from what cannot be read. Sets `azure_has_gallery` and
# `azure_has_definition`.
azure_find() {
  local found
  azure_has_gallery=''
  azure_has_definition=''
  found=$(az sig list --resource-group "$AZURE_RESOURCE_GROUP" --output tsv \
    --query "[].[name, tags.\"goldsmith-inputs\" || '-']")
  found=$(row_of "$IMAGE_GALLERY_NAME" "$found")
  if [[ -z $found ]]; then return; fi
  azure_has_gallery=yes
  # The gallery is deleted with the image only where it was made for it.
  if [[ $found == "$inputs" ]]; then annotations+=(IMAGE_GALLERY_NAME "$IMAGE_GALLERY_NAME"); fi
  found=$(az sig image-definition list "${azure_gallery[@]}" --output tsv --query \
    "[].[name, osType, osState, hyperVGeneration, architecture || 'x64',
      features[?name=='SecurityType'].value | [0] || 'Standard']")
  found=$(row_of "$IMAGE_DEFINITION_NAME" "$found")
  if [[ -z $found ]]; then return; fi
  azure_has_definition=yes
  azure_check_definition "$found"
  found=$(azure_version)
  adopt Succeeded "$found"
}

# The version that we make or look for, by its id, state and inputs.
azure_version() {
  local versions
  versions=$(az sig image-version list "${azure_definition[@]}" --output tsv \
    --query "[].[name, id, provisioningState, tags.\"goldsmith-inputs\" || '-']")
  row_of "$IMAGE_VERSION" "$versions"
}

# row_of NAME ROWS: the other columns of the row with that name; names in Azure are the same in either case.
row_of() {
  local name rest
  while read -r name rest; do
    if [[ ${name,,} == "${1,,}" ]]; then printf '%s\n' "$rest"; fi
  done <<<"$2"
}

# A definition is for one kind of machine for ever.
azure_check_definition() {
  local wanted="$IMAGE_DEFINITION_OS_TYPE $IMAGE_DEFINITION_OS_STATE $IMAGE_DEFINITION_VM_GENERATION" there machine
  wanted+=" $IMAGE_DEFINITION_ARCHITECTURE"
  there=${1//$'\t'/ }
  machine=${there% *}
  if [[ ${machine,,} != "${wanted,,}" ]] || ! azure_supports "${there##* }" "$IMAGE_DEFINITION_SECURITY_TYPE"; then
    fail "the image definition \`$IMAGE_DEFINITION_NAME\` is for \`$there\`, not for" \
      "\`$wanted $IMAGE_DEFINITION_SECURITY_TYPE\`:" \
      "choose another name"
  fi
}

# azure_supports TYPE WANTED: whether what is wanted of a security type can be had of another. Those that end in
# `Supported` are for ordinary machines, too; `TrustedLaunch` and `ConfidentialVM` are for no others.
azure_supports() {
  case "${2,,} ${1,,}" in
    "${1,,} ${1,,}") ;;
    "standard trustedlaunchsupported" | "standard confidentialvmsupported") ;;
    "standard trustedlaunchandconfidentialvmsupported") ;;
    "trustedlaunchsupported trustedlaunchandconfidentialvmsupported") ;;
    "confidentialvmsupported trustedlaunchandconfidentialvmsupported") ;;
    *) return 1 ;;
  esac
}

# A fixed VHD of whole MiB is what Azure takes.
azure_convert() {
  local size
  size=$(stat --format=%s "$disk")
  if [[ $format == vhd && $(bytes $((size - 452)) 4) == 00000002 ]] && (((size - 512) % 1048576 == 0)); then return; fi
  convert_to_raw
  truncate --size=%1M "$disk"
  convert vpc -o subformat=fixed,force_size=on
}

azure_import() {
  local made state rest
  step "upload it to a storage account of this run"
  azure_upload
  step "make the version \`$IMAGE_VERSION\` of \`$IMAGE_DEFINITION_NAME\` in the gallery \`$IMAGE_GALLERY_NAME\`"
  azure_make_definition
  undo+=(azure_remove_version)
  limited az sig image-version create "${azure_definition[@]}" --location "$AZURE_REGION" \
    --gallery-image-version "$IMAGE_VERSION" --os-vhd-storage-account "$azure_account_id" --os-vhd-uri "$azure_blob" \
    --tags "${azure_tags[@]}" --output none
  made=$(azure_version)
  read -r made state rest <<<"$made"
  [[ $state == Succeeded ]] || fail "\`$made\` is \`$state\`"
  step "remove the storage account"
  azure_remove_account
  image=$made
}

azure_make_definition() {
  local features=()
  if [[ -z $azure_has_gallery ]]; then
    undo+=(azure_remove_gallery)
    az sig create "${azure_gallery[@]}" --location "$AZURE_REGION" --tags "${azure_tags[@]}" --output none
    annotations+=(IMAGE_GALLERY_NAME "$IMAGE_GALLERY_NAME")
  fi
  if [[ -z $azure_has_definition ]]; then
    # Where none is named, Azure takes another one than `Standard` for the second generation; the first has none.
    if [[ ${IMAGE_DEFINITION_VM_GENERATION^^} != V1 || ${IMAGE_DEFINITION_SECURITY_TYPE,,} != standard ]]; then
      features=(--features "SecurityType=$IMAGE_DEFINITION_SECURITY_TYPE")
    fi
    undo+=(azure_remove_definition)
    az sig image-definition create "${azure_definition[@]}" --location "$AZURE_REGION" \
      --publisher "$IMAGE_DEFINITION_PUBLISHER" --offer "$IMAGE_DEFINITION_OFFER" --sku "$IMAGE_DEFINITION_SKU" \
      --os-type "$IMAGE_DEFINITION_OS_TYPE" --os-state "$IMAGE_DEFINITION_OS_STATE" \
      --hyper-v-generation "$IMAGE_DEFINITION_VM_GENERATION" --architecture "$IMAGE_DEFINITION_ARCHITECTURE" \
      "${features[@]}" --tags "${azure_tags[@]}" --output none
  fi
}

# Sets `azure_account_id` and `azure_blob`.
azure_upload() {
  local account=podvm${inputs:0:8}${run:0:11} key
  undo+=(azure_remove_account)
  azure_account_id=$(az storage account create --resource-group "$AZURE_RESOURCE_GROUP" --name "$account" \
    --location "$AZURE_REGION" --sku Standard_LRS --kind StorageV2 --https-only true --min-tls-version TLS1_2 \
    --allow-blob-public-access false --tags "${azure_tags[@]}" --query id --output tsv)
  key=$(az storage account keys list --resource-group "$AZURE_RESOURCE_GROUP" --account-name "$account" \
    --query '[0].value' --output tsv)
  export AZURE_STORAGE_ACCOUNT=$account AZURE_STORAGE_KEY=$key
  az storage container create --name podvm --output none
  long az storage blob upload --container-name podvm --name "$IMAGE_NAME.vhd" --type page --file "$disk" \
    --no-progress --output none
  rm "$disk"
  azure_blob=$(az storage blob url --container-name podvm --name "$IMAGE_NAME.vhd" --output tsv)
}

azure_remove_version() {
  local names name
  names=$(az sig image-version list "${azure_definition[@]}" --query "$(azure_own)" --output tsv) || return 1
  for name in $names; do
    az sig image-version delete "${azure_definition[@]}" --gallery-image-version "$name" || return 1
  done
}

azure_remove_definition() {
  local names name
  names=$(az sig image-definition list "${azure_gallery[@]}" --query "$(azure_own)" --output tsv) || return 1
  for name in $names; do
    az sig image-definition delete "${azure_gallery[@]}" --gallery-image-definition "$name" || return 1
  done
}

azure_remove_gallery() {
  local names name
  names=$(az sig list --resource-group "$AZURE_RESOURCE_GROUP" --query "$(azure_own)" --output tsv) || return 1
  for name in $names; do
    az sig delete --resource-group "$AZURE_RESOURCE_GROUP" --gallery-name "$name" || return 1
  done
}

azure_remove_account() {
  local names name
  names=$(az storage account list --resource-group "$AZURE_RESOURCE_GROUP" --query "$(azure_own)" --output tsv) ||
    return 1
  for name in $names; do
    az storage account delete --resource-group "$AZURE_RESOURCE_GROUP" --name "$name" --yes || return 1
  done
}

# The query for the names of what this run made.
azure_own() {
  printf "[?tags.\"goldsmith-run\"=='%s'].name" "$run"
}

gcp_needs() {
  image_key=PODVM_IMAGE_NAME
  variables+=(IMAGE_NAME GCP_PROJECT_ID GCP_ZONE GCP_CREDENTIALS)
  tools=(gcloud tar gzip truncate)
  if [[ ${ARTIFACT_ARCHITECTURE:-} == s390x ]]; then wrong+=("ARTIFACT_ARCHITECTURE is \`s390x\`: gcp has none"); fi
}

gcp_login() {
  export CLOUDSDK_CORE_PROJECT=$GCP_PROJECT_ID CLOUDSDK_CORE_DISABLE_PROMPTS=1
  printf '%s' "$GCP_CREDENTIALS" >"$scratch/credentials.json"
  gcloud auth activate-service-account --quiet --key-file "$scratch/credentials.json"
  rm "$scratch/credentials.json"
}

gcp_find() {
  local found
  found=$(gcloud compute images list --no-standard-images --filter "name=$IMAGE_NAME" \
    --format 'value(name,status,labels.goldsmith-inputs)')
  adopt READY "$found"
}

# An archive with a disk of whole GiB in it is what Google Cloud takes.
gcp_convert() {
  convert_to_raw
  truncate --size=%1G "$disk"
  mv "$disk" "$scratch/disk.raw"
  long tar --create --gzip --sparse --format oldgnu --directory "$scratch" --file "$disk" disk.raw
  rm "$scratch/disk.raw"
}

gcp_import() {
  local machine=X86_64
  if [[ $ARTIFACT_ARCHITECTURE == arm64 ]]; then machine=ARM64; fi
  bucket=${STAGING_BUCKET:-podvm-${inputs:0:8}-$run}
  object=$IMAGE_NAME-$run.tar.gz
  step "upload it to the bucket \`$bucket\`"
  gcp_upload
  step "make the image \`$IMAGE_NAME\`"
  undo+=(gcp_remove_image)
  limited gcloud compute images create "$IMAGE_NAME" --source-uri "gs://$bucket/$object" \
    --architecture "$machine" --guest-os-features "$GUEST_OS_FEATURES" --storage-location "${GCP_ZONE%-*}" \
    --labels "goldsmith-inputs=$inputs,goldsmith-run=$run" >/dev/null
  step "remove it from the bucket"
  if [[ -n $STAGING_BUCKET ]]; then gcp_remove_object; else gcp_remove_bucket; fi
  image=$IMAGE_NAME
}

gcp_upload() {
  if [[ -n $STAGING_BUCKET ]]; then
    undo+=(gcp_remove_object)
  else
    undo+=(gcp_remove_bucket)
    # Without a soft deletion, which would keep, and charge for, what is removed.
    gcloud storage buckets create "gs://$bucket" --location "${GCP_ZONE%-*}" --uniform-bucket-level-access \
      --public-access-prevention --soft-delete-duration 0
    gcloud storage buckets update "gs://$bucket" --update-labels "goldsmith-inputs=$inputs,goldsmith-run=$run"
  fi
  long gcloud storage cp "$disk" "gs://$bucket/$object" --quiet \
    --custom-metadata "goldsmith-inputs=$inputs,goldsmith-run=$run"
  rm "$disk"
}

gcp_remove_image() {
  local names name
  names=$(gcloud compute images list --no-standard-images --filter "labels.goldsmith-run=$run" \
    --format 'value(name)') || return 1
  for name in $names; do
    gcloud compute images delete "$name" --quiet || return 1
  done
}

gcp_remove_object() {
  unless_gone "matched no objects" gcloud storage rm "gs://$bucket/$object"
}

gcp_remove_bucket() {
  local found
  found=$(gcloud storage buckets list --filter "name=$bucket" --format 'value(name)') || return 1
  if [[ -n $found ]]; then gcloud storage rm --recursive "gs://$bucket" || return 1; fi
}

libvirt_needs() {
  image_key=LIBVIRT_IMAGE_ID
  variables+=(LIBVIRT_URI LIBVIRT_POOL LIBVIRT_VOL_NAME)
  tools=(virsh)
}

# A volume has no tags, so that an empty volume beside it, made last, says what it was made from.
libvirt_login() {
  libvirt_marks=$LIBVIRT_VOL_NAME.goldsmith-inputs-
  # Files that were laid into the pool behind its back are volumes, too.
  virsh --connect "$LIBVIRT_URI" --quiet pool-refresh --pool "$LIBVIRT_POOL"
}

libvirt_find() {
  local volumes made_from=
  volumes=$(libvirt_volumes)
  if ! has_row "$LIBVIRT_VOL_NAME" "$volumes"; then return; fi
  if has_row "$libvirt_marks$inputs" "$volumes"; then made_from=$inputs; fi
  adopt present "$LIBVIRT_VOL_NAME present $made_from"
}

libvirt_convert() {
  if [[ $format != qcow2 ]]; then convert qcow2; fi
}

libvirt_import() {
  local size
  step "upload it as the volume \`$LIBVIRT_VOL_NAME\` of the pool \`$LIBVIRT_POOL\`"
  size=$(qemu-img info -f qcow2 "$disk")
  size=$(sed -n 's/^virtual size: .*(\([0-9]*\) bytes)$/\1/p' <<<"$size")
  # A mark of a volume that somebody has deleted would speak for the new one.
  libvirt_remove_marks
  virsh --connect "$LIBVIRT_URI" --quiet vol-create-as --pool "$LIBVIRT_POOL" --name "$LIBVIRT_VOL_NAME" \
    --capacity "$size" --format qcow2
  # Only now is it ours: without tags, nothing else tells it from one that somebody has just made.
  undo+=(libvirt_remove_volume)
  long virsh --connect "$LIBVIRT_URI" --quiet vol-upload --pool "$LIBVIRT_POOL" --vol "$LIBVIRT_VOL_NAME" --file "$disk"
  rm "$disk"
  undo+=(libvirt_remove_marks)
  virsh --connect "$LIBVIRT_URI" --quiet vol-create-as --pool "$LIBVIRT_POOL" --name "$libvirt_marks$inputs" \
    --capacity 0 --format raw
  image=$LIBVIRT_VOL_NAME
}

libvirt_remove_volume() {
  local volumes
  volumes=$(libvirt_volumes) || return 1
  if has_row "$LIBVIRT_VOL_NAME" "$volumes"; then libvirt_delete "$LIBVIRT_VOL_NAME" || return 1; fi
}

libvirt_remove_marks() {
  local volumes name rest
  volumes=$(libvirt_volumes) || return 1
  while read -r name rest; do
    if [[ $name == "$libvirt_marks"* ]]; then libvirt_delete "$name" || return 1; fi
  done <<<"$volumes"
}

libvirt_delete() {
  virsh --connect "$LIBVIRT_URI" --quiet vol-delete --pool "$LIBVIRT_POOL" --vol "$1"
}

libvirt_volumes() {
  virsh --connect "$LIBVIRT_URI" --quiet vol-list --pool "$LIBVIRT_POOL"
}

# has_row NAME ROWS: whether a row starts with that name.
has_row() {
  local name rest
  while read -r name rest; do
    if [[ $name == "$1" ]]; then return 0; fi
  done <<<"$2"
  return 1
}

main
