# error[config::bad_device] 10:34 "fuse" is not an absolute path
# error[config::bad_device] 10:92 "rx" is not a permission
# error[config::bad_device] 10:100 a device needs `host_path`
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
        devices = [{ host_path = "fuse" }, { host_path = "/dev/fuse", cgroup_permissions = "rx" }, { container_path = "/dev/x" }]
      }
    }
  }
}
