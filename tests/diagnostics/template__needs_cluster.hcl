# warning[template::needs_cluster] 13:9 `secret` needs Vault: not available here
# warning[template::needs_cluster] 14:10 `service` needs Consul: not available here
# warning[template::needs_cluster] 15:4 `key` needs Consul: not available here
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      template {
        data = <<EOF
[[ with secret "database/creds" ]][[ .Data.password ]][[ end ]]
[[ range service "web" ]][[ .Address ]][[ end ]]
[[ key "${NOMAD_JOB_NAME}/port" ]] {{ not an action }}
EOF
        destination = "local/x"
        left_delimiter  = "[["
        right_delimiter = "]]"
      }
    }
  }
}
