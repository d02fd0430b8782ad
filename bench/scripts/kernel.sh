# Runs in the machine (fixtures/kernel/boot.sh): lines "user|ring0 NAME NANOSECONDS", and "load NAME SECONDS" for a module that is loaded.
insmod /fuse.ko 2>/dev/null
mkdir -p /mnt /site/logs
each() { while read -r line; do echo "$1 $line"; done; }
served() {
  /fuse_server /mnt &
  until grep -q ' /mnt fuse' /proc/mounts; do usleep 10000; done
  echo "fuse-stat $(/client stat /mnt/hello 5000)"
  umount /mnt
  wait
  /nginx -p /site/ -c /site/nginx.conf -e /site/logs/error.log
  until [ -s /site/nginx.pid ]; do usleep 10000; done
  echo "nginx $(/client http 8080 /index.html 3000)"
  kill -QUIT "$(cat /site/nginx.pid)"
  while [ -e /site/nginx.pid ]; do usleep 10000; done
}
measure() {
  /calls 40000
  /lua /kernel.lua
  served
}
W2E_KERNEL=off measure | each user
for name in calls lua fuse_server nginx; do
  read -r start _ </proc/uptime
  insmod "/w2e_$name.ko" || exit 1
  read -r end _ </proc/uptime
  echo "load $name $(awk "BEGIN { print $end - $start }")"
done
W2E_KERNEL=require measure | each ring0
