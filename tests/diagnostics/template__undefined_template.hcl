# warning[template::undefined_template] 12:13 the template "sever" is not defined
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      template {
        data = <<EOF
{{ define "server" }}{{ . }}{{ end }}
{{ template "sever" 1 }}
EOF
        destination = "local/x"
      }
    }
  }
}
