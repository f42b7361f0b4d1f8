#!/bin/sh
# Runs on the node, from inside a bundle that RAUC has verified: first to say whether it may be installed, then after each
# slot was written. The partitions get the UUIDs by which the new kernel image finds them, and its version as label; the
# root, which comes last, brings the kernel image. That has no try left until RAUC has activated the slot, so a power cut
# before that never boots it.
set -eu
version=@VERSION@

if [ "$1" = install-check ]; then
    running=$(sed -n 's/^IMAGE_VERSION="\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' /usr/lib/os-release)
    # Kernel images are named by version: this one would replace the one that runs, and leave nothing to go back to.
    if [ "$running" = "$version" ]; then
        echo "this box runs version $version already" >&2
        exit 10
    fi
    exit 0
fi
[ "$1" = slot-post-install ] || exit 0
case $RAUC_SLOT_CLASS in
    verity) uuid=@VERITY_UUID@ ;;
    rootfs) uuid=@ROOT_UUID@ ;;
    *) exit 0 ;;
esac
device=$(readlink -f "$RAUC_SLOT_DEVICE")
disk=/dev/$(lsblk --noheadings --nodeps --output PKNAME "$device")
number=$(cat "/sys/class/block/$(basename "$device")/partition")

old=$(sfdisk --part-label "$disk" "$number")
sfdisk --quiet --no-reread --no-tell-kernel --part-uuid "$disk" "$number" "$uuid"
sfdisk --quiet --no-reread --no-tell-kernel --part-label "$disk" "$number" "rwo_$version"
partx --update --nr "$number" "$disk"
[ "$RAUC_SLOT_CLASS" = rootfs ] || exit 0

kernels=/boot/EFI/Linux
if [ "$old" != "rwo_$version" ]; then
    rm -f "$kernels/$old.efi" "$kernels/$old"+*.efi
fi
rm -f "$kernels/rwo_$version.efi" "$kernels/rwo_$version"+*.efi
cp "$RAUC_BUNDLE_MOUNT_POINT/kernel.efi" "$kernels/.new"
sync "$kernels/.new"
mv "$kernels/.new" "$kernels/rwo_$version+0-1.efi"
sync -f "$kernels"
