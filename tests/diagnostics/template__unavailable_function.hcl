# warning[template::unavailable_function] 12:4 `plugin` is refused, as Nomad refuses it by default
# warning[template::unavailable_function] 12:26 `sprig_genPrivateKey` is not available here
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      template {
        data = <<EOF
{{ plugin "/bin/sh" }}{{ sprig_genPrivateKey "rsa" }}
EOF
        destination = "local/x"
      }
    }
  }
}
