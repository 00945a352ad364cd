# warning[template::unknown_function] 11:42 the function `NOMAD_PORT_http` is not known
# warning[template::unknown_function] 11:64 the function `toUper` is not known
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      template {
        data        = "\"quoted\" {{ env NOMAD_PORT_http }} {{ toUper \"a\" }}"
        destination = "local/x"
      }
    }
  }
}
