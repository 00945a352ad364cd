# warning[task::unknown_run_time_name] 14:36 the group has no port "htp_api" for `${NOMAD_PORT_htp_api}`
# warning[task::unknown_run_time_name] 17:23 there is no `${NOMAD_ALLOC_DIRR}`
# warning[task::unknown_run_time_name] 18:42 there is no `${NOMAD_TASK_DIRR}`
# warning[task::unknown_run_time_name] 19:20 the group has no port "db" for `${NOMAD_HOST_ADDR_db}`
job "example" {
  group "main" {
    network {
      port "http-api" {}
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
        args    = ["--listen", ":${NOMAD_PORT_htp_api}", "${NOMAD_PORT_http-api}", "${NOMAD_ADDR_http_api}"]
      }
      env {
        DATA  = "in ${NOMAD_ALLOC_DIRR}/data"
        LATER = "${NOMAD_OF_TOMORROW} $${NOMAD_TASK_DIRR} ${NOMAD_META_x}"
        PEER  = "${NOMAD_HOST_ADDR_db}"
      }
    }
  }
}
