#!/bin/sh
# SPDX-License-Identifier: MIT
# Draws every icon from the SVG files in resources/src. Needs rsvg-convert (librsvg2-bin), ImageMagick and Node.
set -eu
cd "$(dirname "$0")/../resources"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The app: one PNG for windows, a folder of sizes for Linux, .ico for Windows, .icns for macOS.
mkdir -p icons tray
for size in 16 24 32 48 64 128 256 512 1024; do
  rsvg-convert -w "$size" -h "$size" src/icon.svg -o "$work/$size.png"
done
for size in 16 24 32 48 64 128 256 512; do cp "$work/$size.png" "icons/${size}x$size.png"; done
cp "$work/512.png" icon.png
convert "$work/16.png" "$work/24.png" "$work/32.png" "$work/48.png" "$work/64.png" "$work/128.png" "$work/256.png" icon.ico
node ../scripts/icns.ts icon.icns 16="$work/16.png" 32="$work/32.png" 64="$work/64.png" 128="$work/128.png" \
  256="$work/256.png" 512="$work/512.png" 1024="$work/1024.png"

# The tray: each state at 16 and 32 px. In colour, plain and with the badge for missed calls; and as macOS template,
# where the count stands beside the icon instead.
draw() { # state, pixels, suffix
  rsvg-convert -w "$2" -h "$2" "src/tray/$1.svg" -o "tray/$1$3.png"
  rsvg-convert -w "$2" -h "$2" "src/tray/$1Template.svg" -o "tray/$1Template$3.png"
  rsvg-convert -w "$2" -h "$2" src/tray/badge.svg -o "$work/badge.png"
  rsvg-convert -w "$2" -h "$2" src/tray/badge-clear.svg -o "$work/clear.png"
  convert "tray/$1$3.png" "$work/clear.png" -compose DstOut -composite "$work/cut.png"
  convert "$work/cut.png" "$work/badge.png" -compose Over -composite "PNG32:tray/$1-missed$3.png"
}
for state in ready ringing talking offline; do
  draw "$state" 16 ''
  draw "$state" 32 '@2x'
done
