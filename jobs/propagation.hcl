# Three ways to mount a volume. They differ in what happens when something is mounted beneath it later.
#
#     sudo jobctl run --host jobs/host.hcl jobs/propagation.hcl
#
# While it runs, mount something on the host and watch which task sees it:
#
#     sudo mkdir -p /mnt/new && sudo mount -t tmpfs none /mnt/new

job "propagation" {
  type = "batch"

  group "watch" {
    volume "media" {
      type   = "host"
      source = "media"
    }

    # private (the default): neither side sees what the other mounts.
    task "private" {
      driver = "exec"

      config {
        command = "/bin/sh"
        args    = ["-c", "sleep 20; grep -c ' /media/' /proc/self/mounts || true"]
      }

      volume_mount {
        volume      = "media"
        destination = "/media"
      }
    }

    # host-to-task: what the host mounts shows up in the task.
    task "inwards" {
      driver = "exec"

      config {
        command = "/bin/sh"
        args    = ["-c", "sleep 20; grep ' /media/' /proc/self/mounts || true"]
      }

      volume_mount {
        volume           = "media"
        destination      = "/media"
        propagation_mode = "host-to-task"
      }
    }

    # bidirectional: what the task mounts shows up on the host too, and stays there when the task has ended
    # (`jobctl stop --unmount` takes it away). It needs read-write permission on the volume, and a capability.
    task "both-ways" {
      driver = "exec"
      user   = "root"

      config {
        command = "/bin/sh"
        args    = ["-c", "mkdir -p /media/from-task && mount -t tmpfs none /media/from-task && sleep 20; umount /media/from-task; rmdir /media/from-task"]
        cap_add = ["sys_admin"]
      }

      volume_mount {
        volume           = "media"
        destination      = "/media"
        propagation_mode = "bidirectional"
      }
    }
  }
}
