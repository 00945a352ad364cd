# warning[template::syntax] 12:29 unexpected `}` in this if
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      template {
        data = <<-EOF
          listen {{ env "NOMAD_PORT_http" }}
          {{ if env "DEBUG" }
          debug on
          {{ end }}
          EOF
        destination = "local/x"
      }
    }
  }
}
