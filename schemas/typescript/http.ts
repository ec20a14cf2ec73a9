// Made from openapi.json, SHA-256 abb2e97f5535cc9c30f6858a8b6207f5d808f21edba5fc05045dfb75e11422b7.

export interface paths {
    "/api/v1/student/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Dashboard
         * @description Everything at a glance: readiness, streak, goals, what to do next, subscription, progress.
         */
        get: operations["dashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/student/habits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Habits
         * @description The habits that the student has not given up, the oldest first.
         */
        get: operations["habits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/student/missions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Missions
         * @description The student's missions, the newest change first.
         */
        get: operations["missions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/student/notification-preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Students Preferences
         * @description Over which channels the student wants which kind of nudge, and the quiet hours.
         *
         *     Quiet hours are times of day where the student lives, as `22:00`; null for none.
         */
        get: operations["students_preferences"];
        /**
         * Set Students Preferences
         * @description Choose channels per kind, and quiet hours; what is left out stays as it is.
         */
        put: operations["set_students_preferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/student/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Profile
         * @description Who the student is and could become, and what may be shared with whom.
         */
        get: operations["profile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/student/curriculum/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Curriculum Progress
         * @description How far the student is in each module of the track, and which missions help.
         */
        get: operations["curriculum_progress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/student/push-subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add Students Browser
         * @description Have messages delivered to this browser, whose `PushSubscription` is the body.
         */
        post: operations["add_students_browser"];
        /**
         * Remove Students Browser
         * @description Have no more messages delivered to this browser. Of an unknown one nothing changes.
         */
        delete: operations["remove_students_browser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/{teacherId}/dashboard/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stats
         * @description How many classes, students, assignments, exams, question banks and questions there are.
         */
        get: operations["stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/{teacherId}/dashboard/navigation-counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Navigation Counts
         * @description The numbers beside the entries of the menu.
         */
        get: operations["navigation_counts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/{teacherId}/dashboard/exams/recent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recent Exams
         * @description The exams created by or assigned to the teacher, the newest date first.
         */
        get: operations["recent_exams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/{teacherId}/dashboard/question-banks/recent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recent Question Banks
         * @description The teacher's question banks, the newest first.
         */
        get: operations["recent_question_banks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/{teacherId}/dashboard/classes/recent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recent Classes
         * @description The teacher's classes, the newest first.
         */
        get: operations["recent_classes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/{teacherId}/dashboard/assignments/recent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recent Assignments
         * @description The teacher's assignments, the newest first.
         */
        get: operations["recent_assignments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/{teacherId}/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Teacher Dashboard
         * @description All numbers, and the five newest exams, question banks, classes and assignments.
         */
        get: operations["teacher_dashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/{teacherId}/exams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Exams
         * @description All exams created by or assigned to the teacher, the newest date first.
         */
        get: operations["exams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/{teacherId}/question-banks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Question Banks
         * @description All of the teacher's question banks, the newest first.
         */
        get: operations["question_banks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/{teacherId}/classes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Classes
         * @description All of the teacher's classes, the newest first.
         */
        get: operations["classes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/{teacherId}/assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Assignments
         * @description All of the teacher's assignments, the newest first.
         *
         *     With `graded=true` those of which the teacher graded something, whoever made them.
         */
        get: operations["assignments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/{teacherId}/students": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Students
         * @description All of the teacher's students by name, those without one last, each once.
         */
        get: operations["students"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/student/habits/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record Logs
         * @description Record whether habits were done on days, or correct that; the latest recorded counts.
         *
         *     Each log is judged by itself. Sending any of them again is safe: it is a `duplicate`.
         */
        post: operations["record_logs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All Teachers
         * @description The registered teachers, by name.
         */
        get: operations["all_teachers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/class-levels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All Classes
         * @description The classes that are not deleted, by name.
         */
        get: operations["all_classes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subjects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All Subjects
         * @description The subjects that are taught, by name.
         */
        get: operations["all_subjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teacher-assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Teacher Assignments
         * @description All teachers by name, with the classes and subjects that each is assigned to.
         */
        get: operations["teacher_assignments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teacher-assignments/my-assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My Assignments
         * @description The classes and subjects that the caller is assigned to.
         */
        get: operations["my_assignments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teacher-assignments/workload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Teacher Workload
         * @description How many classes, subjects and students each teacher has by assignment, most first.
         */
        get: operations["teacher_workload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teacher-assignments/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Assignment History
         * @description All assignments of a teacher that were ever made, the newest first, and who ended them.
         */
        get: operations["assignment_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teacher-assignments/class": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Assign Class
         * @description Assign a teacher to a class.
         */
        post: operations["assign_class"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teacher-assignments/subject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Assign Subject
         * @description Assign a teacher to a subject.
         */
        post: operations["assign_subject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teacher-assignments/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Assign Many
         * @description Assign a teacher to several classes and subjects: all, or none where one is not there.
         *
         *     What is assigned already is skipped, and not counted.
         */
        post: operations["assign_many"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teacher-assignments/class/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove Class Assignment
         * @description Take a teacher off a class.
         */
        delete: operations["remove_class_assignment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teacher-assignments/subject/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove Subject Assignment
         * @description Take a teacher off a subject.
         */
        delete: operations["remove_subject_assignment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/students": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Seen Students
         * @description The students of a teacher's assigned classes, or all of an admin's, by name.
         */
        get: operations["seen_students"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/students/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One Student
         * @description A student with the classes that the caller sees.
         */
        get: operations["one_student"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assessments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Seen Assessments
         * @description The marks of a teacher's classes and subjects, or all of an admin's, the newest first.
         */
        get: operations["seen_assessments"];
        put?: never;
        /**
         * Record Assessment
         * @description Record a student's mark in a subject of a class.
         */
        post: operations["record_assessment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/access-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Access Log
         * @description The requests that were denied on these surfaces, the newest first.
         */
        get: operations["access_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports/class/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Class Report
         * @description The students of a class with all its marks.
         */
        get: operations["class_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports/student/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Student Report
         * @description A student's marks in the classes that the caller sees.
         */
        get: operations["student_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/teacher/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Teacher Batches
         * @description The teacher's batches of essays, the newest first.
         */
        get: operations["teacher_batches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bff/v1/teacher/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Teacher Batches Bff
         * @description The teacher's batches of essays, the newest first.
         */
        get: operations["teacher_batches_bff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/internal/v1/batches/class-info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Batch Class Info
         * @description The class of each batch, in the order asked; null for one that is unknown or has none.
         */
        get: operations["batch_class_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/internal/v1/batches/user/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * User Batches
         * @description A user's batches, the newest first; of one who is unknown there are none.
         */
        get: operations["user_batches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/internal/v1/batches/{batch_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Batch Status
         * @description How far a batch is.
         */
        get: operations["batch_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * School Dashboard
         * @description Students, sessions, progress, earnings and what happened last, at one school.
         */
        get: operations["school_dashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Notifications
         * @description The teacher's notifications at a school, the newest first.
         *
         *     Those that belong to no school are among them. Expired and dismissed ones are not. `unread`
         *     counts all of the school that were not read.
         */
        get: operations["notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/notification-preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Notification Preferences
         * @description Over which channels the teacher wants which kind of notification.
         */
        get: operations["notification_preferences"];
        /**
         * Set Notification Preferences
         * @description Choose channels per kind; kinds and channels that are left out stay as they are.
         */
        put: operations["set_notification_preferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/notifications/read-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read All Notifications
         * @description Mark all that is unread at a school as read; without one at the first school by name.
         */
        post: operations["read_all_notifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/notifications/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read Notification
         * @description Mark a notification as read. The second time changes nothing.
         */
        post: operations["read_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/notifications/{id}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Dismiss Notification
         * @description Put a notification away: it is in no list any more. The second time changes nothing.
         */
        post: operations["dismiss_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/push-subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add Teachers Browser
         * @description Have messages delivered to this browser, whose `PushSubscription` is the body.
         */
        post: operations["add_teachers_browser"];
        /**
         * Remove Teachers Browser
         * @description Have no more messages delivered to this browser. Of an unknown one nothing changes.
         */
        delete: operations["remove_teachers_browser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/resources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Own Resources
         * @description The teacher's resources in a school, the newest first; without one in the first by name.
         */
        get: operations["own_resources"];
        put?: never;
        /**
         * Reserve Resource
         * @description Say which file will be uploaded, and get the address to upload it to.
         */
        post: operations["reserve_resource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/resources/{id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download Resource
         * @description Where the file can be fetched for a while: for its teacher, and students of its classes.
         */
        get: operations["download_resource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/resources/{id}/uploaded": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resource Uploaded
         * @description Say that the file is uploaded. It shows from now on, and is scanned soon.
         */
        post: operations["resource_uploaded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/resources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove Resource
         * @description Remove a resource and its file.
         */
        delete: operations["remove_resource"];
        options?: never;
        head?: never;
        /**
         * Change Resource
         * @description Change the title, the description, or with whom a file is shared; the rest stays.
         */
        patch: operations["change_resource"];
        trace?: never;
    };
    "/api/teachers/dashboard/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Dashboard Stream
         * @description What changes for the teacher at a school, as server-sent events.
         *
         *     `Last-Event-ID` or `position` resumes.
         */
        get: operations["dashboard_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teachers/dashboard/ticket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Dashboard Ticket
         * @description A ticket for the WebSocket or the stream, good once and for 30 seconds.
         *
         *     It allows what the token allows, and ends with it.
         */
        post: operations["dashboard_ticket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/internal/v1/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain Value
         * @description Why a value is what it is, as `homeroom explain TABLE KEY [COLUMN] --json` says it.
         */
        get: operations["explain_value"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/internal/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish Events
         * @description Publish CloudEvents; the answer comes when the brokers have them.
         *
         *     Each event is judged by itself, as `homeroom publish` does. Sending any of them again is safe:
         *     it is a `duplicate`.
         */
        post: operations["publish_events"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Healthz
         * @description The process runs, whatever the state of the database.
         */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readyz
         * @description The database answers and has a live generation; its standby is not too far behind.
         */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics
         * @description Metrics for Prometheus.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Action */
        Action: {
            /**
             * Priority
             * @enum {string}
             */
            priority: "high" | "medium" | "low";
            /** Type */
            type: string;
            /** Title */
            title: string;
            /** Reason */
            reason: string;
            /** Deadline */
            deadline: string | null;
            /** Url */
            url: string;
            /** Deep Link */
            deep_link: string | null;
        };
        /** Activity */
        Activity: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "session_completed" | "student_enrolled" | "assessment_given" | "payment_processed";
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Text */
            text: string;
            /** Id */
            id: number | string;
        };
        /**
         * Alive
         * @description The process runs.
         */
        Alive: {
            /**
             * Status
             * @default ok
             * @constant
             */
            status: "ok";
        };
        /** Answer[ClassReport] */
        Answer_ClassReport_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["ClassReport"];
        };
        /** Answer[Own] */
        Answer_Own_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["Own"];
        };
        /** Answer[ReportedStudent] */
        Answer_ReportedStudent_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["ReportedStudent"];
        };
        /** Answer[StudentInFull] */
        Answer_StudentInFull_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["StudentInFull"];
        };
        /** Answer[list[AssignedTeacher]] */
        Answer_list_AssignedTeacher__: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Data */
            data: components["schemas"]["AssignedTeacher"][];
        };
        /** Answer[list[Denied]] */
        Answer_list_Denied__: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Data */
            data: components["schemas"]["Denied"][];
        };
        /** Answer[list[HistoryEntry]] */
        Answer_list_HistoryEntry__: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Data */
            data: components["schemas"]["HistoryEntry"][];
        };
        /** Answer[list[ListedClass]] */
        Answer_list_ListedClass__: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Data */
            data: components["schemas"]["ListedClass"][];
        };
        /** Answer[list[ListedSubject]] */
        Answer_list_ListedSubject__: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Data */
            data: components["schemas"]["ListedSubject"][];
        };
        /** Answer[list[ListedTeacher]] */
        Answer_list_ListedTeacher__: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Data */
            data: components["schemas"]["ListedTeacher"][];
        };
        /** Answer[list[Workload]] */
        Answer_list_Workload__: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Data */
            data: components["schemas"]["Workload"][];
        };
        /** Assessment */
        Assessment: {
            /** Id */
            id: number | string;
            /** Student Id */
            student_id: number | string;
            /** Class Level Id */
            class_level_id: number | string;
            /** Subject Id */
            subject_id: number | string;
            /** Score */
            score: number;
            /** Recorded By */
            recorded_by: number | string;
            /**
             * Recorded At
             * Format: date-time
             */
            recorded_at: string;
        };
        /**
         * Assessments
         * @description ``message``: where a teacher has no class or no subject at all.
         */
        Assessments: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Data */
            data: components["schemas"]["Assessment"][];
            /** Message */
            message?: string | null;
        };
        /** AssignedClass */
        AssignedClass: {
            /** Id */
            id: number | string;
            /** Name */
            name: string;
            /** Student Count */
            student_count: number;
            /** Assignment Id */
            assignment_id: number | string;
        };
        /** AssignedSubject */
        AssignedSubject: {
            /** Id */
            id: number | string;
            /** Name */
            name: string;
            /** Assignment Id */
            assignment_id: number | string;
        };
        /** AssignedTeacher */
        AssignedTeacher: {
            /** User Id */
            user_id: number | string;
            /** Username */
            username: string;
            /** Full Name */
            full_name: string;
            /** Classes */
            classes: components["schemas"]["AssignedClass"][];
            /** Subjects */
            subjects: components["schemas"]["AssignedSubject"][];
        };
        /** Assignments */
        Assignments: {
            /**
             * Total
             * @description How many match, on all pages.
             */
            total: number;
            /** Assignments */
            assignments: (components["schemas"]["RecentAssignment"] | components["schemas"]["GradedAssignment"])[];
        };
        /** Basic */
        Basic: {
            /** Name */
            name: string;
            /** Track */
            track: string;
            /** Track Key */
            track_key: string | null;
            /** Cohort */
            cohort: string;
            /** Mentor */
            mentor: string;
        };
        /**
         * BatchBoard
         * @description A page of a teacher's batches.
         */
        BatchBoard: {
            /** Batches */
            batches: components["schemas"]["BoardBatch"][];
            /**
             * Total Count
             * @description How many match, on all pages.
             */
            total_count: number;
            /** Limit */
            limit: number;
            /** Offset */
            offset: number;
        };
        /**
         * BatchStatus
         * @description How far a batch is; ``updated_at`` is when its newest event happened.
         */
        BatchStatus: {
            /** Batch Id */
            batch_id: string;
            /** User Id */
            user_id: string;
            /** Overall Status */
            overall_status: string;
            /** Essay Count */
            essay_count: number;
            /** Completed Essay Count */
            completed_essay_count: number;
            /** Failed Essay Count */
            failed_essay_count: number;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /** Board */
        Board: {
            stats: components["schemas"]["Stats"];
            navigationCounts: components["schemas"]["NavigationCounts"];
            /** Exams */
            exams: components["schemas"]["RecentExam"][];
            /** Questionbanks */
            questionBanks: components["schemas"]["RecentQuestionBank"][];
            /** Classes */
            classes: components["schemas"]["RecentClass"][];
            /** Assignments */
            assignments: components["schemas"]["RecentAssignment"][];
        };
        /**
         * BoardBatch
         * @description A batch as the teacher's client knows it.
         */
        BoardBatch: {
            /** Batch Id */
            batch_id: string;
            /** Title */
            title: string;
            /** Class Name */
            class_name: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "pending_content" | "ready" | "processing" | "completed_successfully" | "completed_with_failures" | "failed" | "cancelled";
            /** Total Essays */
            total_essays: number;
            /** Completed Essays */
            completed_essays: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * ClassInfo
         * @description The class of a batch: of its classes the one with most essays.
         */
        ClassInfo: {
            /** Class Id */
            class_id: string;
            /** Class Name */
            class_name: string;
        };
        /** ClassReport */
        ClassReport: {
            class: components["schemas"]["ClassSeen"];
            /** Students */
            students: components["schemas"]["ReportedStudent"][];
        };
        /** ClassSeen */
        ClassSeen: {
            /** Id */
            id: number | string;
            /** Name */
            name: string;
        };
        /** Classes */
        Classes: {
            /**
             * Total
             * @description How many match, on all pages.
             */
            total: number;
            /** Classes */
            classes: components["schemas"]["RecentClass"][];
        };
        /** Coaching */
        Coaching: {
            /** Goals Active */
            goals_active: number;
            /** Goals Completed Pct */
            goals_completed_pct: number;
            /** Reflections Last 7D */
            reflections_last_7d: number;
        };
        /** CodedError */
        CodedError: {
            /**
             * Code
             * @description What is wrong, for programs.
             */
            code: string;
            /**
             * Message
             * @description What is wrong, for people.
             */
            message: string;
            /**
             * Correlation Id
             * @description Equal to the header X-Correlation-ID.
             */
            correlation_id: string;
            details: components["schemas"]["Details"];
        };
        /**
         * CodedProblem
         * @description The same, on surfaces whose errors have codes.
         */
        CodedProblem: {
            error: components["schemas"]["CodedError"];
        };
        /** Dashboard */
        Dashboard: {
            /** User Id */
            user_id: string;
            today_summary: components["schemas"]["TodaySummary"];
            future_you: components["schemas"]["FutureYou"];
            /** Quick Actions */
            quick_actions: components["schemas"]["Action"][];
            subscription: components["schemas"]["StudentSubscription"];
            missions: components["schemas"]["MissionCounts"];
            curriculum: components["schemas"]["TrackCompletion"];
            portfolio: components["schemas"]["Portfolio"];
            coaching: components["schemas"]["Coaching"];
            /** Skill Gaps */
            skill_gaps: string[];
            /** Cache Updated At */
            cache_updated_at: string | null;
        };
        /** Denied */
        Denied: {
            /** User Id */
            user_id: number | string;
            /** Action */
            action: string;
            /** Resource */
            resource: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Request Id */
            request_id: string;
            /** Address */
            address: string;
        };
        /** Details */
        Details: {
            /**
             * Field
             * @description The parameter that is not of its form.
             */
            field?: string | null;
        };
        /** Download */
        Download: {
            download: components["schemas"]["FileAddress"];
        };
        /**
         * Earnings
         * @description Amounts in the currency of the newest payment, null without one.
         */
        Earnings: {
            /** Current Month */
            current_month: string;
            /** Last Month */
            last_month: string;
            /** Pending Amount */
            pending_amount: string;
            /** Currency */
            currency: string | null;
            /** Others */
            others: components["schemas"]["OtherEarnings"][];
        };
        /** Entitlements */
        Entitlements: {
            /**
             * Ai Coach
             * @enum {string}
             */
            ai_coach: "limited" | "full";
            /**
             * Missions
             * @enum {string}
             */
            missions: "limited" | "unlimited";
            /** Mentor Reviews */
            mentor_reviews: boolean;
            /** Enhanced Access */
            enhanced_access: boolean;
        };
        /** Exams */
        Exams: {
            /**
             * Total
             * @description How many match, on all pages.
             */
            total: number;
            /** Exams */
            exams: components["schemas"]["RecentExam"][];
        };
        /**
         * FailedProblem
         * @description The same, on surfaces whose errors say besides that the answer is no success.
         */
        FailedProblem: {
            /**
             * Success
             * @constant
             */
            success: false;
            /**
             * Error
             * @description What is wrong, for people.
             */
            error: string;
        };
        /**
         * FileAddress
         * @description A request that needs no token, until it expires.
         */
        FileAddress: {
            /** Method */
            method: string;
            /** Url */
            url: string;
            /** Headers */
            headers: {
                [key: string]: string;
            };
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /** FutureSelf */
        FutureSelf: {
            /** Persona */
            persona: string;
            /** Archetype */
            archetype: string;
            /** Skills Needed */
            skills_needed: string[];
            /** Alignment */
            alignment: string;
            /** Track */
            track: string;
        };
        /** FutureYou */
        FutureYou: {
            /** Persona */
            persona: string;
            /** Alignment */
            alignment: string;
            /** Track */
            track: string;
            /** Estimated Readiness Window */
            estimated_readiness_window: string;
        };
        /**
         * GradedAssignment
         * @description As in the recent list; ``grades`` where only graded ones are asked for.
         */
        GradedAssignment: {
            /** Id */
            _id: string;
            /** Title */
            title: string;
            /** Subject */
            subject: string;
            /** Class */
            class: string | null;
            /** Duedate */
            dueDate: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "draft" | "published" | "graded";
            /** Totalsubmissions */
            totalSubmissions: number;
            /** Totalstudents */
            totalStudents: number;
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
            /**
             * Grades
             * @description What the teacher graded; with `graded` only.
             * @default 0
             */
            grades: number;
        };
        /** HistoryEntry */
        HistoryEntry: {
            /** Assignment Id */
            assignment_id: number | string;
            /** Kind */
            kind: string;
            /** Target Id */
            target_id: number | string;
            /**
             * Made At
             * Format: date-time
             */
            made_at: string;
            /** Made By */
            made_by: number | string;
            /** Removed At */
            removed_at: string | null;
            /** Removed By */
            removed_by: number | string | null;
        };
        /**
         * IngestedEvent
         * @description What became of one event.
         */
        IngestedEvent: {
            /**
             * Id
             * @description The event's id; null where none can be read.
             */
            id: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "accepted" | "duplicate" | "rejected";
            /**
             * Error
             * @description Why it was rejected, or what is odd about a duplicate.
             */
            error?: string | null;
            /**
             * Position
             * @description Where the brokers have it, to be sent as Homeroom-Wait-For; not there where they did not say.
             */
            position?: string | null;
        };
        /**
         * IngestionResults
         * @description What became of each event, in the order in which they were sent.
         */
        IngestionResults: {
            /** Results */
            results: components["schemas"]["IngestedEvent"][];
        };
        /** ListedClass */
        ListedClass: {
            /** Id */
            id: number | string;
            /** Name */
            name: string;
            /** Student Count */
            student_count: number;
        };
        /** ListedStudent */
        ListedStudent: {
            /** Id */
            _id: string;
            /** Name */
            name: string | null;
            /** Classes */
            classes: components["schemas"]["StudentClass"][];
        };
        /** ListedSubject */
        ListedSubject: {
            /** Id */
            id: number | string;
            /** Name */
            name: string;
        };
        /** ListedTeacher */
        ListedTeacher: {
            /** Id */
            id: number | string;
            /** Name */
            name: string;
            /** Email */
            email: string | null;
        };
        /** MadeBulk */
        MadeBulk: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Message */
            message: string;
            data: components["schemas"]["MadeMany"];
        };
        /** MadeClass */
        MadeClass: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Message */
            message: string;
            data: components["schemas"]["MadeClassAssignment"];
        };
        /** MadeClassAssignment */
        MadeClassAssignment: {
            /** Id */
            id: number | string;
            /** User Id */
            user_id: number | string;
            /** Class Level Id */
            class_level_id: number | string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** MadeMany */
        MadeMany: {
            /** Classes Assigned */
            classes_assigned: number;
            /** Subjects Assigned */
            subjects_assigned: number;
            /** Total Assignments */
            total_assignments: number;
        };
        /** MadeSubject */
        MadeSubject: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Message */
            message: string;
            data: components["schemas"]["MadeSubjectAssignment"];
        };
        /** MadeSubjectAssignment */
        MadeSubjectAssignment: {
            /** Id */
            id: number | string;
            /** User Id */
            user_id: number | string;
            /** Subject Id */
            subject_id: number | string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** MarkedNotification */
        MarkedNotification: {
            notification: components["schemas"]["NotificationItem"];
        };
        /** MissionCounts */
        MissionCounts: {
            /** In Progress */
            in_progress: number;
            /** Pending */
            pending: number;
            /** In Review */
            in_review: number;
            /** Changes Requested */
            changes_requested: number;
            /** Approved */
            approved: number;
        };
        /** NamedSchool */
        NamedSchool: {
            /** Id */
            id: number | string;
            /** Name */
            name: string;
        };
        /** NavigationCounts */
        NavigationCounts: {
            /** Classes */
            classes: number;
            /** Students */
            students: number;
            /** Assignments */
            assignments: number;
            /** Schedule */
            schedule: number;
            /** Exams */
            exams: number;
            /** Questionbank */
            questionBank: number;
            /** Grades */
            grades: number;
            /** Quizzes */
            quizzes: number;
            /** Reports */
            reports: number;
        };
        /** NotificationItem */
        NotificationItem: {
            /** Id */
            id: number | string;
            /** Type */
            type: string;
            /** Title */
            title: string;
            /** Message */
            message: string;
            /** Action Url */
            action_url: string | null;
            /** School Id */
            school_id: number | string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Is Read */
            is_read: boolean;
            /** Read At */
            read_at: string | null;
        };
        /** Notifications */
        Notifications: {
            /** Results */
            results: components["schemas"]["NotificationItem"][];
            /** Unread */
            unread: number;
        };
        /** OneResource */
        OneResource: {
            resource: components["schemas"]["TeachingResource"];
        };
        /** OtherEarnings */
        OtherEarnings: {
            /** Currency */
            currency: string;
            /** Current Month */
            current_month: string;
            /** Last Month */
            last_month: string;
            /** Pending Amount */
            pending_amount: string;
        };
        /** Own */
        Own: {
            /** Classes */
            classes: components["schemas"]["OwnClass"][];
            /** Subjects */
            subjects: components["schemas"]["OwnSubject"][];
        };
        /** OwnClass */
        OwnClass: {
            /** Id */
            id: number | string;
            /** Name */
            name: string;
            /** Student Count */
            student_count: number;
        };
        /** OwnSubject */
        OwnSubject: {
            /** Id */
            id: number | string;
            /** Name */
            name: string;
        };
        /**
         * Pagination
         * @description Which part of the list it is, and how many there are in all.
         */
        Pagination: {
            /** Limit */
            limit: number;
            /** Offset */
            offset: number;
            /** Total */
            total: number;
        };
        /**
         * PlainProblem
         * @description The same, on surfaces whose errors are nothing but a text.
         */
        PlainProblem: {
            /**
             * Error
             * @description What is wrong, for people.
             */
            error: string;
        };
        /** Portfolio */
        Portfolio: {
            /** Health */
            health: number;
            /** Items Total */
            items_total: number;
            /** Items Approved */
            items_approved: number;
        };
        /**
         * Problem
         * @description The body of every answer that is not a success.
         */
        Problem: {
            /**
             * Success
             * @constant
             */
            success: false;
            /**
             * Message
             * @description What is wrong, for people.
             */
            message: string;
            /**
             * Requestid
             * @description Equal to the header X-Request-Id.
             */
            requestId: string;
        };
        /**
         * ProgressMetrics
         * @description ``trend``: only where it is switched on.
         */
        ProgressMetrics: {
            /** Total Students */
            total_students: number;
            /** Average Progress */
            average_progress: number | null;
            /** Students Improving */
            students_improving: number;
            /** Students Struggling */
            students_struggling: number;
            /** Trend */
            trend?: components["schemas"]["TrendWeek"][] | null;
        };
        /** QuestionBanks */
        QuestionBanks: {
            /**
             * Total
             * @description How many match, on all pages.
             */
            total: number;
            /** Questionbanks */
            questionBanks: components["schemas"]["RecentQuestionBank"][];
        };
        /**
         * QuickStats
         * @description ``completion_rate``: in percent; null while nothing was completed or cancelled.
         */
        QuickStats: {
            /** Total Students */
            total_students: number;
            /** Sessions Today */
            sessions_today: number;
            /** Sessions This Week */
            sessions_this_week: number;
            /** Completion Rate */
            completion_rate: number | null;
        };
        /** ReadAll */
        ReadAll: {
            /** Read */
            read: number;
        };
        /**
         * Ready
         * @description The service can answer.
         */
        Ready: {
            /**
             * Status
             * @default ready
             * @constant
             */
            status: "ready";
            /** Generation */
            generation: string;
        };
        /** RecentAssessment */
        RecentAssessment: {
            /** Id */
            id: number | string;
            /** Title */
            title: string;
            /** Kind */
            kind: string;
            /** Score */
            score: number;
            /** Max Score */
            max_score: number;
            /**
             * Assessed At
             * Format: date-time
             */
            assessed_at: string;
        };
        /** RecentAssignment */
        RecentAssignment: {
            /** Id */
            _id: string;
            /** Title */
            title: string;
            /** Subject */
            subject: string;
            /** Class */
            class: string | null;
            /** Duedate */
            dueDate: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "draft" | "published" | "graded";
            /** Totalsubmissions */
            totalSubmissions: number;
            /** Totalstudents */
            totalStudents: number;
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
        };
        /** RecentAssignments */
        RecentAssignments: {
            /**
             * Total
             * @description How many items the list has.
             */
            total: number;
            /** Assignments */
            assignments: components["schemas"]["RecentAssignment"][];
        };
        /** RecentClass */
        RecentClass: {
            /** Id */
            _id: string;
            /** Classname */
            className: string;
            /** Classcode */
            classCode: string;
            /** Subject */
            subject: string;
            /** Totalstudents */
            totalStudents: number;
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
        };
        /** RecentClasses */
        RecentClasses: {
            /**
             * Total
             * @description How many items the list has.
             */
            total: number;
            /** Classes */
            classes: components["schemas"]["RecentClass"][];
        };
        /** RecentExam */
        RecentExam: {
            /** Id */
            _id: string;
            /** Title */
            title: string;
            /** Subject */
            subject: string;
            /** Class */
            class: string | null;
            /** Scheduleddate */
            scheduledDate: string | null;
            /**
             * Starttime
             * @description The time of day of `scheduledDate` in the teacher's time zone (UTC where none is chosen), as `09:05 AM`.
             */
            startTime: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "draft" | "scheduled" | "active" | "completed" | "cancelled";
            /** Totalquestions */
            totalQuestions: number;
            /** Totalmarks */
            totalMarks: number;
        };
        /** RecentExams */
        RecentExams: {
            /**
             * Total
             * @description How many items the list has.
             */
            total: number;
            /** Exams */
            exams: components["schemas"]["RecentExam"][];
        };
        /** RecentQuestionBank */
        RecentQuestionBank: {
            /** Id */
            _id: string;
            /** Name */
            name: string;
            /** Subject */
            subject: string;
            /** Class */
            class: string | null;
            /** Totalquestions */
            totalQuestions: number;
            /**
             * Status
             * @enum {string}
             */
            status: "draft" | "active" | "archived";
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
        };
        /** RecentQuestionBanks */
        RecentQuestionBanks: {
            /**
             * Total
             * @description How many items the list has.
             */
            total: number;
            /** Questionbanks */
            questionBanks: components["schemas"]["RecentQuestionBank"][];
        };
        /** RecommendedMission */
        RecommendedMission: {
            /** Mission Id */
            mission_id: string;
            /** Title */
            title: string;
            /**
             * Difficulty
             * @enum {string}
             */
            difficulty: "beginner" | "intermediate" | "advanced";
            /** Deep Link */
            deep_link: string;
        };
        /** RecordedAssessment */
        RecordedAssessment: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Message */
            message: string;
            data: components["schemas"]["Assessment"];
        };
        /** Removed */
        Removed: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Message */
            message: string;
        };
        /** ReportedMark */
        ReportedMark: {
            /** Subject Id */
            subject_id: number | string;
            /** Subject */
            subject: string | null;
            /** Score */
            score: number;
        };
        /**
         * ReportedStudent
         * @description ``average``: the mean of the scores with one decimal; null without any.
         */
        ReportedStudent: {
            /** Id */
            id: number | string;
            /** Name */
            name: string;
            /** Assessments */
            assessments: components["schemas"]["ReportedMark"][];
            /** Average */
            average: number | null;
        };
        /** Reserved */
        Reserved: {
            resource: components["schemas"]["TeachingResource"];
            upload: components["schemas"]["FileAddress"];
        };
        /** Resources */
        Resources: {
            /** Results */
            results: components["schemas"]["TeachingResource"][];
        };
        /**
         * Result
         * @description The outcome for one log.
         */
        Result: {
            /** Id */
            id: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "recorded" | "duplicate" | "superseded" | "rejected";
            /** Error */
            error?: string | null;
        };
        /**
         * Results
         * @description What became of each log, in the order in which they were sent.
         */
        Results: {
            /** Results */
            results: components["schemas"]["Result"][];
        };
        /**
         * SchoolDashboard
         * @description ``school``: null for a teacher who teaches nowhere.
         */
        SchoolDashboard: {
            school: components["schemas"]["NamedSchool"] | null;
            /** Schools */
            schools: components["schemas"]["TeachersSchool"][];
            teacher_info: components["schemas"]["TeacherInfo"];
            /** Students */
            students: components["schemas"]["SchoolStudent"][];
            sessions: components["schemas"]["SessionLists"];
            /** Recent Sessions */
            recent_sessions: components["schemas"]["SessionItem"][];
            progress_metrics: components["schemas"]["ProgressMetrics"];
            /** Recent Activities */
            recent_activities: components["schemas"]["Activity"][];
            earnings: components["schemas"]["Earnings"];
            quick_stats: components["schemas"]["QuickStats"];
            notifications: components["schemas"]["UnreadNotifications"];
        };
        /**
         * SchoolStudent
         * @description A student of the teacher at the school; what nobody has told yet is null.
         */
        SchoolStudent: {
            /** Id */
            id: number | string;
            /** Name */
            name: string | null;
            /** Current Level */
            current_level: string | null;
            /** Completion Percentage */
            completion_percentage: number | null;
            /** Last Session Date */
            last_session_date: string | null;
            /** Recent Assessments */
            recent_assessments: components["schemas"]["RecentAssessment"][];
            /** Skills Mastered */
            skills_mastered: string[];
        };
        /**
         * SessionItem
         * @description A session; without a class of the school by that id it has no class name and nobody in it.
         */
        SessionItem: {
            /** Id */
            id: number | string;
            /** Class Id */
            class_id: number | string;
            /** Class Name */
            class_name: string | null;
            /** Title */
            title: string;
            /**
             * Starts At
             * Format: date-time
             */
            starts_at: string;
            /**
             * Ends At
             * Format: date-time
             */
            ends_at: string;
            /**
             * Status
             * @enum {string}
             */
            status: "scheduled" | "active" | "completed" | "cancelled";
            /** Student Count */
            student_count: number;
            /** Attended Count */
            attended_count: number;
            /** Notes */
            notes: string | null;
        };
        /** SessionLists */
        SessionLists: {
            /** Today */
            today: components["schemas"]["SessionItem"][];
            /** Upcoming */
            upcoming: components["schemas"]["SessionItem"][];
            /** Recent Completed */
            recent_completed: components["schemas"]["SessionItem"][];
        };
        /** Stats */
        Stats: {
            /** Totalclasses */
            totalClasses: number;
            /** Totalstudents */
            totalStudents: number;
            /** Totalassignments */
            totalAssignments: number;
            /** Totalexams */
            totalExams: number;
            /** Upcomingexams */
            upcomingExams: number;
            /** Totalquestionbanks */
            totalQuestionBanks: number;
            /** Totalquestions */
            totalQuestions: number;
        };
        /** StudentClass */
        StudentClass: {
            /** Id */
            _id: string;
            /** Classname */
            className: string;
        };
        /** StudentHabit */
        StudentHabit: {
            /** Habit Id */
            habit_id: string;
            /** Name */
            name: string;
            /**
             * Started On
             * Format: date
             */
            started_on: string;
            /** Streak */
            streak: number;
            /** Done Today */
            done_today: boolean;
        };
        /** StudentHabits */
        StudentHabits: {
            /** Habits */
            habits: components["schemas"]["StudentHabit"][];
        };
        /** StudentInFull */
        StudentInFull: {
            /** Id */
            id: number | string;
            /** Name */
            name: string;
            /** Email */
            email: string | null;
            /** Classes */
            classes: components["schemas"]["ClassSeen"][];
        };
        /** StudentMission */
        StudentMission: {
            /** Mission Id */
            mission_id: string;
            /** Title */
            title: string;
            /**
             * Difficulty
             * @enum {string}
             */
            difficulty: "beginner" | "intermediate" | "advanced";
            /**
             * Status
             * @enum {string}
             */
            status: "in_progress" | "pending" | "in_review" | "changes_requested" | "approved";
            /** Ai Score */
            ai_score: number | null;
            /** Ai Feedback */
            ai_feedback: string | null;
            /** Mentor Score */
            mentor_score: number | null;
            /** Mentor Feedback */
            mentor_feedback: string | null;
            /** Deadline */
            deadline: string | null;
            /** Competencies */
            competencies: string[];
            /** Next Action */
            next_action: string | null;
            /** Submitted At */
            submitted_at: string | null;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Deep Link */
            deep_link: string;
        };
        /** StudentModule */
        StudentModule: {
            /** Module Id */
            module_id: string;
            /** Title */
            title: string;
            /** Progress */
            progress: number;
            /**
             * Status
             * @enum {string}
             */
            status: "not_started" | "in_progress" | "completed";
            /** Recommended Missions */
            recommended_missions: components["schemas"]["RecommendedMission"][];
        };
        /** StudentProfile */
        StudentProfile: {
            basic: components["schemas"]["Basic"];
            future_you: components["schemas"]["FutureSelf"];
            /** Consents */
            consents: {
                [key: string]: boolean;
            };
        };
        /** StudentProgress */
        StudentProgress: {
            /** Track */
            track: string;
            /** Completion */
            completion: number;
            /** Modules */
            modules: components["schemas"]["StudentModule"][];
            /** Recommended Missions */
            recommended_missions: components["schemas"]["RecommendedMission"][];
        };
        /** StudentSeen */
        StudentSeen: {
            /** Id */
            id: number | string;
            /** Name */
            name: string;
            /** Classes */
            classes: components["schemas"]["ClassSeen"][];
        };
        /** StudentSubscription */
        StudentSubscription: {
            /**
             * Tier
             * @enum {string}
             */
            tier: "free" | "starter3" | "professional7";
            /** Enhanced Access Days */
            enhanced_access_days: number | null;
            /** Next Billing */
            next_billing: string | null;
            entitlements: components["schemas"]["Entitlements"];
        };
        /** Students */
        Students: {
            /**
             * Total
             * @description How many match, on all pages.
             */
            total: number;
            /** Students */
            students: components["schemas"]["ListedStudent"][];
        };
        /**
         * StudentsSeen
         * @description ``message``: where a teacher has no class at all.
         */
        StudentsSeen: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Data */
            data: components["schemas"]["StudentSeen"][];
            /** Message */
            message?: string | null;
        };
        /** Success[Assignments] */
        Success_Assignments_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["Assignments"];
            /** Message */
            message: string;
        };
        /** Success[Board] */
        Success_Board_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["Board"];
            /** Message */
            message: string;
        };
        /** Success[Classes] */
        Success_Classes_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["Classes"];
            /** Message */
            message: string;
        };
        /** Success[Exams] */
        Success_Exams_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["Exams"];
            /** Message */
            message: string;
        };
        /** Success[NavigationCounts] */
        Success_NavigationCounts_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["NavigationCounts"];
            /** Message */
            message: string;
        };
        /** Success[QuestionBanks] */
        Success_QuestionBanks_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["QuestionBanks"];
            /** Message */
            message: string;
        };
        /** Success[RecentAssignments] */
        Success_RecentAssignments_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["RecentAssignments"];
            /** Message */
            message: string;
        };
        /** Success[RecentClasses] */
        Success_RecentClasses_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["RecentClasses"];
            /** Message */
            message: string;
        };
        /** Success[RecentExams] */
        Success_RecentExams_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["RecentExams"];
            /** Message */
            message: string;
        };
        /** Success[RecentQuestionBanks] */
        Success_RecentQuestionBanks_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["RecentQuestionBanks"];
            /** Message */
            message: string;
        };
        /** Success[Stats] */
        Success_Stats_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["Stats"];
            /** Message */
            message: string;
        };
        /** Success[Students] */
        Success_Students_: {
            /**
             * Success
             * @constant
             */
            success: true;
            data: components["schemas"]["Students"];
            /** Message */
            message: string;
        };
        /** Success[dict[str, Any]] */
        Success_dict_str__Any__: {
            /**
             * Success
             * @constant
             */
            success: true;
            /** Data */
            data: {
                [key: string]: unknown;
            };
            /** Message */
            message: string;
        };
        /** TaughtClass */
        TaughtClass: {
            /** Id */
            id: number | string;
            /** Name */
            name: string;
            /** Subject */
            subject: string;
        };
        /**
         * TeacherInfo
         * @description ``name``: null for a teacher whom nobody registered.
         */
        TeacherInfo: {
            /** Id */
            id: number | string;
            /** Name */
            name: string | null;
            /** Email */
            email: string | null;
            /** Schools */
            schools: components["schemas"]["TeachersSchool"][];
            /** Courses Taught */
            courses_taught: components["schemas"]["TaughtClass"][];
        };
        /**
         * TeachersSchool
         * @description ``time_zone``: as the school said it, an IANA name or null; what is no name of one is UTC.
         */
        TeachersSchool: {
            /** Id */
            id: number | string;
            /** Name */
            name: string;
            /** Time Zone */
            time_zone: string | null;
        };
        /** TeachingResource */
        TeachingResource: {
            /** Id */
            id: number | string;
            /** Title */
            title: string;
            /** Description */
            description: string | null;
            /** File */
            file: string;
            /** File Type */
            file_type: string;
            /** File Size */
            file_size: number;
            /** Is Shared With Students */
            is_shared_with_students: boolean;
            /** Shared With Courses */
            shared_with_courses: (number | string)[];
            /**
             * Virus Scan Status
             * @enum {string}
             */
            virus_scan_status: "pending" | "clean" | "infected" | "failed";
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /** Ticket */
        Ticket: {
            /**
             * Ticket
             * @description What to put into the address as `ticket`, once.
             */
            ticket: string;
            /**
             * Expires In
             * @description Seconds for which it is good.
             */
            expires_in: number;
        };
        /** TodaySummary */
        TodaySummary: {
            /** Readiness Score */
            readiness_score: number;
            /** Readiness Trend 7D */
            readiness_trend_7d: number | null;
            /** Habit Streak */
            habit_streak: number;
            /** Daily Goal Progress */
            daily_goal_progress: string;
        };
        /** TrackCompletion */
        TrackCompletion: {
            /** Track */
            track: string;
            /** Completion */
            completion: number;
        };
        /**
         * TrendWeek
         * @description ``average``: in percent of the maximum; null without an assessment.
         */
        TrendWeek: {
            /** Week */
            week: string;
            /** Average */
            average: number | null;
        };
        /** UnreadNotifications */
        UnreadNotifications: {
            /** Unread */
            unread: number;
        };
        /**
         * UserBatch
         * @description A batch in somebody's list.
         */
        UserBatch: {
            /** Batch Id */
            batch_id: string;
            /** User Id */
            user_id: string;
            /** Overall Status */
            overall_status: string;
            /** Essay Count */
            essay_count: number;
            /** Completed Essay Count */
            completed_essay_count: number;
            /** Failed Essay Count */
            failed_essay_count: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Assignment Id */
            assignment_id: string | null;
        };
        /**
         * UserBatches
         * @description A page of somebody's batches, the newest first.
         */
        UserBatches: {
            /** Batches */
            batches: components["schemas"]["UserBatch"][];
            pagination: components["schemas"]["Pagination"];
        };
        /** Workload */
        Workload: {
            /** User Id */
            user_id: number | string;
            /** Username */
            username: string;
            /** Full Name */
            full_name: string;
            /** Classes */
            classes: number;
            /** Subjects */
            subjects: number;
            /** Students */
            students: number;
        };
        /**
         * GivenCloudEvent
         * @description A CloudEvent; `schemas/events` has the JSON Schema of each type's data.
         */
        GivenCloudEvent: {
            /** @enum {string} */
            specversion: "1.0";
            /** @description With the source, what tells the event from all others. */
            id: string;
            /** @description The service that publishes, as a URI reference. */
            source: string;
            /** @description The event type with its version. */
            type: string;
            /** @description The row that the event is about. */
            subject: string;
            /** @description The event's number within its subject, from 1. */
            sequence: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            time: string;
            /** @description The trace, as in W3C Trace Context. */
            traceparent?: string;
            /** @description JSON, where it is there. */
            datacontenttype?: string;
            /** @description An object with all fields of the type. */
            data?: unknown;
            /** @description Instead of `data`: its JSON in base64. */
            data_base64?: string;
        };
    };
    responses: {
        /** @description The answer is the one that If-None-Match names. */
        NotModified: {
            headers: {
                /** @description The generation of the read model that was read. */
                "Homeroom-Generation"?: string;
                /** @description The time of the newest event applied; absent while there is none. */
                "Homeroom-As-Of"?: string;
                /** @description Since when an event is missing that the answer rests on. */
                "Homeroom-Incomplete-Since"?: string;
                /** @description A tag of the body, to send as If-None-Match. */
                ETag?: string;
                "Cache-Control": components["headers"]["Cache-Control"];
                /** @description The headers of the request that the answer depends on. */
                Vary?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The id, a parameter or a header is not of its form. */
        BadRequest: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description No token, or one that does not do. */
        Unauthorized: {
            headers: {
                /** @description How to authenticate, and what is wrong with the token. */
                "WWW-Authenticate"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description Not a student. */
        Forbidden: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description No such student. */
        NotFound: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The request did not come in time. */
        RequestTimeout: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The body of the request is too large. */
        RequestEntityTooLarge: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The address of the request is too long. */
        RequestUriTooLong: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The caller's requests of this minute are used up. */
        TooManyRequests: {
            headers: {
                /** @description Seconds after which to try again. */
                "Retry-After"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The head of the request is too long. */
        RequestHeaderFieldsTooLarge: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description A fault of the service; it logs the request's id. */
        InternalServerError: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The tables are not of a position to wait for: Flink feeds them. */
        NotImplemented: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The database does not answer, or too many callers wait. */
        ServiceUnavailable: {
            headers: {
                /** @description Seconds after which to try again. */
                "Retry-After"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The position to wait for was not reached in time. */
        GatewayTimeout: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The answer is the one that If-None-Match names. */
        NotModified2: {
            headers: {
                /** @description The generation of the read model that was read. */
                "Homeroom-Generation"?: string;
                /** @description The time of the newest event applied; absent while there is none. */
                "Homeroom-As-Of"?: string;
                /** @description Since when an event is missing that the answer rests on. */
                "Homeroom-Incomplete-Since"?: string;
                /** @description A tag of the body, to send as If-None-Match. */
                ETag?: string;
                "Cache-Control": components["headers"]["Cache-Control"];
                /** @description The headers of the request that the answer depends on. */
                Vary?: string;
                /** @description The next page, `rel="next"`, if there is one. */
                Link?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description Successful Response */
        NoContent: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The id, a parameter or a header is not of its form. */
        BadRequest2: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description No token, or one that does not do. */
        Unauthorized2: {
            headers: {
                /** @description How to authenticate, and what is wrong with the token. */
                "WWW-Authenticate"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description Not the caller's own data, or not a standalone teacher. */
        Forbidden2: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description No such teacher. */
        NotFound2: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The request did not come in time. */
        RequestTimeout2: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The body of the request is too large. */
        RequestEntityTooLarge2: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The address of the request is too long. */
        RequestUriTooLong2: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The caller's requests of this minute are used up. */
        TooManyRequests2: {
            headers: {
                /** @description Seconds after which to try again. */
                "Retry-After"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The head of the request is too long. */
        RequestHeaderFieldsTooLarge2: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description A fault of the service; it logs the request's id. */
        InternalServerError2: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The tables are not of a position to wait for: Flink feeds them. */
        NotImplemented2: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The database does not answer, or too many callers wait. */
        ServiceUnavailable2: {
            headers: {
                /** @description Seconds after which to try again. */
                "Retry-After"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The position to wait for was not reached in time. */
        GatewayTimeout2: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The id, a parameter or a header is not of its form. */
        BadRequest3: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["FailedProblem"];
            };
        };
        /** @description No token, or one that does not do. */
        Unauthorized3: {
            headers: {
                /** @description How to authenticate, and what is wrong with the token. */
                "WWW-Authenticate"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["FailedProblem"];
            };
        };
        /** @description The caller's role may not. */
        Forbidden3: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["FailedProblem"];
            };
        };
        /** @description Not there for the caller. */
        NotFound3: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["FailedProblem"];
            };
        };
        /** @description The request did not come in time. */
        RequestTimeout3: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["FailedProblem"];
            };
        };
        /** @description The body of the request is too large. */
        RequestEntityTooLarge3: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["FailedProblem"];
            };
        };
        /** @description The address of the request is too long. */
        RequestUriTooLong3: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["FailedProblem"];
            };
        };
        /** @description The caller's requests of this minute are used up. */
        TooManyRequests3: {
            headers: {
                /** @description Seconds after which to try again. */
                "Retry-After"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["FailedProblem"];
            };
        };
        /** @description The head of the request is too long. */
        RequestHeaderFieldsTooLarge3: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["FailedProblem"];
            };
        };
        /** @description A fault of the service; it logs the request's id. */
        InternalServerError3: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["FailedProblem"];
            };
        };
        /** @description The tables are not of a position to wait for: Flink feeds them. */
        NotImplemented3: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["FailedProblem"];
            };
        };
        /** @description The database does not answer, or too many callers wait. */
        ServiceUnavailable3: {
            headers: {
                /** @description Seconds after which to try again. */
                "Retry-After"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["FailedProblem"];
            };
        };
        /** @description The position to wait for was not reached in time. */
        GatewayTimeout3: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["FailedProblem"];
            };
        };
        /** @description The body is announced as something else than JSON in UTF-8. */
        UnsupportedMediaType: {
            headers: {
                /** @description The type of content that is taken. */
                Accept?: string;
                /** @description The encoding that is taken. */
                "Accept-Encoding"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["FailedProblem"];
            };
        };
        /** @description Successful Response */
        Ok: {
            headers: {
                /** @description What to send as Homeroom-Wait-For to see the change in a read. */
                "Homeroom-Position"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Removed"];
            };
        };
        /** @description Successful Response */
        Ok2: {
            headers: {
                /** @description The generation of the read model that was read. */
                "Homeroom-Generation"?: string;
                /** @description The time of the newest event applied; absent while there is none. */
                "Homeroom-As-Of"?: string;
                /** @description Since when an event is missing that the answer rests on. */
                "Homeroom-Incomplete-Since"?: string;
                /** @description A tag of the body, to send as If-None-Match. */
                ETag?: string;
                "Cache-Control": components["headers"]["Cache-Control"];
                /** @description The headers of the request that the answer depends on. */
                Vary?: string;
                /** @description The next page, `rel="next"`, if there is one. */
                Link?: string;
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["BatchBoard"];
            };
        };
        /** @description The answer is the one that If-None-Match names. */
        NotModified3: {
            headers: {
                /** @description The generation of the read model that was read. */
                "Homeroom-Generation"?: string;
                /** @description The time of the newest event applied; absent while there is none. */
                "Homeroom-As-Of"?: string;
                /** @description Since when an event is missing that the answer rests on. */
                "Homeroom-Incomplete-Since"?: string;
                /** @description A tag of the body, to send as If-None-Match. */
                ETag?: string;
                "Cache-Control": components["headers"]["Cache-Control"];
                /** @description The headers of the request that the answer depends on. */
                Vary?: string;
                /** @description The next page, `rel="next"`, if there is one. */
                Link?: string;
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The id, a parameter or a header is not of its form. */
        BadRequest4: {
            headers: {
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CodedProblem"];
            };
        };
        /** @description No token, or one that does not do. */
        Unauthorized4: {
            headers: {
                /** @description How to authenticate, and what is wrong with the token. */
                "WWW-Authenticate"?: string;
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CodedProblem"];
            };
        };
        /** @description Not a teacher. */
        Forbidden4: {
            headers: {
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CodedProblem"];
            };
        };
        /** @description The request did not come in time. */
        RequestTimeout4: {
            headers: {
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CodedProblem"];
            };
        };
        /** @description The body of the request is too large. */
        RequestEntityTooLarge4: {
            headers: {
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CodedProblem"];
            };
        };
        /** @description The address of the request is too long. */
        RequestUriTooLong4: {
            headers: {
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CodedProblem"];
            };
        };
        /** @description limit or offset is not of its form. */
        UnprocessableEntity: {
            headers: {
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CodedProblem"];
            };
        };
        /** @description The caller's requests of this minute are used up. */
        TooManyRequests4: {
            headers: {
                /** @description Seconds after which to try again. */
                "Retry-After"?: string;
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CodedProblem"];
            };
        };
        /** @description The head of the request is too long. */
        RequestHeaderFieldsTooLarge4: {
            headers: {
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CodedProblem"];
            };
        };
        /** @description A fault of the service; it logs the request's id. */
        InternalServerError4: {
            headers: {
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CodedProblem"];
            };
        };
        /** @description The tables are not of a position to wait for: Flink feeds them. */
        NotImplemented4: {
            headers: {
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CodedProblem"];
            };
        };
        /** @description The database does not answer, or too many callers wait. */
        ServiceUnavailable4: {
            headers: {
                /** @description Seconds after which to try again. */
                "Retry-After"?: string;
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CodedProblem"];
            };
        };
        /** @description The position to wait for was not reached in time. */
        GatewayTimeout4: {
            headers: {
                /** @description The caller's own where usable, else the request's id. */
                "X-Correlation-ID"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CodedProblem"];
            };
        };
        /** @description The answer is the one that If-None-Match names. */
        NotModified4: {
            headers: {
                /** @description The generation of the read model that was read. */
                "Homeroom-Generation"?: string;
                /** @description The time of the newest event applied; absent while there is none. */
                "Homeroom-As-Of"?: string;
                /** @description Since when an event is missing that the answer rests on. */
                "Homeroom-Incomplete-Since"?: string;
                /** @description A tag of the body, to send as If-None-Match. */
                ETag?: string;
                "Cache-Control": components["headers"]["Cache-Control"];
                /** @description The headers of the request that the answer depends on. */
                Vary?: string;
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The id, a parameter or a header is not of its form. */
        BadRequest5: {
            headers: {
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description No token, or one that does not do. */
        Unauthorized5: {
            headers: {
                /** @description How to authenticate, and what is wrong with the token. */
                "WWW-Authenticate"?: string;
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The request did not come in time. */
        RequestTimeout5: {
            headers: {
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The body of the request is too large. */
        RequestEntityTooLarge5: {
            headers: {
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The address of the request is too long. */
        RequestUriTooLong5: {
            headers: {
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The head of the request is too long. */
        RequestHeaderFieldsTooLarge5: {
            headers: {
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description A fault of the service; it logs the request's id. */
        InternalServerError5: {
            headers: {
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The tables are not of a position to wait for: Flink feeds them. */
        NotImplemented5: {
            headers: {
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The database does not answer, or too many callers wait. */
        ServiceUnavailable5: {
            headers: {
                /** @description Seconds after which to try again. */
                "Retry-After"?: string;
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description The position to wait for was not reached in time. */
        GatewayTimeout5: {
            headers: {
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description Not a teacher, or not one of this school. */
        Forbidden5: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description Not there. */
        NotFound4: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description Successful Response */
        Ok3: {
            headers: {
                /** @description What to send as Homeroom-Wait-For to see the change in a read. */
                "Homeroom-Position"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["MarkedNotification"];
            };
        };
        /** @description The body is announced as something else than JSON in UTF-8. */
        UnsupportedMediaType2: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PlainProblem"];
            };
        };
        /** @description Successful Response */
        Ok4: {
            headers: {
                /** @description What to send as Homeroom-Wait-For to see the change in a read. */
                "Homeroom-Position"?: string;
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OneResource"];
            };
        };
        /** @description The request did not come in time. */
        RequestTimeout6: {
            headers: {
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The body of the request is too large. */
        RequestEntityTooLarge6: {
            headers: {
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The address of the request is too long. */
        RequestUriTooLong6: {
            headers: {
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The head of the request is too long. */
        RequestHeaderFieldsTooLarge6: {
            headers: {
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description A fault of the service; it logs the request's id. */
        InternalServerError6: {
            headers: {
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The database does not answer, or too many callers wait. */
        ServiceUnavailable6: {
            headers: {
                /** @description Seconds after which to try again. */
                "Retry-After"?: string;
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The request is malformed. */
        BadRequest6: {
            headers: {
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
        /** @description The service cannot answer at the moment. */
        ServiceUnavailable7: {
            headers: {
                /** @description Seconds after which to try again. */
                "Retry-After"?: string;
                "Cache-Control": components["headers"]["Cache-Control"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "Referrer-Policy": components["headers"]["Referrer-Policy"];
                "X-Frame-Options": components["headers"]["X-Frame-Options"];
                "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /**
         * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
         * @example exams:0:41
         */
        "Homeroom-Wait-For": string;
        /** @description How long to wait; 2 if not said, at most 10. */
        "Homeroom-Wait-Seconds": number;
        /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
        "If-None-Match": string;
        /** @description How many at most; above 200 it is 200. */
        limit: number;
        /** @description Where the page begins, as the `Link` of the one before names it. */
        cursor: string;
        /** @description The teacher's own id. */
        teacherId: string;
        /** @description How many at most; above 20 it is 20. */
        limit2: number;
        /** @description Only those of this status; empty: of any. */
        status: "draft" | "scheduled" | "active" | "completed" | "cancelled" | "";
        /** @description Only those of this status; empty: of any. */
        status2: "draft" | "published" | "graded" | "";
        /** @description Only those of this one; empty: of any. */
        class_id: string;
        /** @description Only those whose title or name contains this text of 2 to 100 characters, whatever the case; empty: all. */
        q: string;
        /** @description How many at most; above 50 it is 50. */
        limit3: number;
        /** @description Only those of this one; empty: of any. */
        user_id: string;
        /** @description Only those of this one; empty: of any. */
        class_level_id: string;
        /** @description Only those of this one; empty: of any. */
        subject_id: string;
        /** @description How many at most; above 500 it is 500. */
        limit4: number;
        /** @description The assignment's id. */
        id: string;
        id2: string;
        /** @description How many at most. */
        limit5: number;
        /** @description How many of the newest are left out. */
        offset: number;
        /** @description Only those of this status; empty: of any. */
        status3: "pending_content" | "ready" | "processing" | "completed_successfully" | "completed_with_failures" | "failed" | "cancelled" | "";
        /** @description An id to find the request by, of 1 to 128 characters `A-Z a-z 0-9 . _ -`. */
        "X-Correlation-ID": string;
        "X-Internal-API-Key": string | null;
        "X-Service-ID": string | null;
        /** @description Only those of this one; empty: of any. */
        school_id: string;
        /** @description The notification's id. */
        id3: string;
    };
    requestBodies: never;
    headers: {
        /** @description `no-store`; a read may be kept by its caller, who asks again. */
        "Cache-Control": string;
        /** @description The request's id, the caller's own where usable. */
        "X-Request-Id": string;
        /** @description `nosniff`: the content is of the type that is said. */
        "X-Content-Type-Options": string;
        /** @description `no-referrer`: links that are followed do not say from where. */
        "Referrer-Policy": string;
        /** @description `DENY`: no page puts it into a frame. */
        "X-Frame-Options": string;
        /** @description A page of it loads nothing. */
        "Content-Security-Policy": string;
        /** @description `same-site`: no other site embeds it. */
        "Cross-Origin-Resource-Policy": string;
        /** @description For how long to ask by HTTPS alone, where that is set. */
        "Strict-Transport-Security": string;
        /** @description How many requests a minute may have, where there is a limit. */
        "RateLimit-Limit": string;
        /** @description How many of them are left. */
        "RateLimit-Remaining": string;
        /** @description In how many seconds the minute is over. */
        "RateLimit-Reset": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    dashboard: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dashboard"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    habits: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudentHabits"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    missions: {
        parameters: {
            query?: {
                /** @description Only those of these statuses, by comma; empty: of any. */
                status?: string;
                /** @description How many at most; above 200 it is 200. */
                limit?: components["parameters"]["limit"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudentMission"][];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    students_preferences: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deadline?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        streak?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        review?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        recommendation?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        quiet_from?: string | null;
                        quiet_until?: string | null;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    set_students_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    deadline?: {
                        websocket?: boolean;
                        email?: boolean;
                        web_push?: boolean;
                        webhook?: boolean;
                    };
                    streak?: {
                        websocket?: boolean;
                        email?: boolean;
                        web_push?: boolean;
                        webhook?: boolean;
                    };
                    review?: {
                        websocket?: boolean;
                        email?: boolean;
                        web_push?: boolean;
                        webhook?: boolean;
                    };
                    recommendation?: {
                        websocket?: boolean;
                        email?: boolean;
                        web_push?: boolean;
                        webhook?: boolean;
                    };
                    quiet_from?: string | null;
                    quiet_until?: string | null;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deadline?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        streak?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        review?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        recommendation?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        quiet_from?: string | null;
                        quiet_until?: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    profile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudentProfile"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    curriculum_progress: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudentProgress"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    add_students_browser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uri */
                    endpoint: string;
                    keys: {
                        p256dh: string;
                        auth: string;
                    };
                };
            };
        };
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    remove_students_browser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uri */
                    endpoint: string;
                };
            };
        };
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    stats: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The teacher's own id. */
                teacherId: components["parameters"]["teacherId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success_Stats_"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest2"];
            401: components["responses"]["Unauthorized2"];
            403: components["responses"]["Forbidden2"];
            404: components["responses"]["NotFound2"];
            408: components["responses"]["RequestTimeout2"];
            413: components["responses"]["RequestEntityTooLarge2"];
            414: components["responses"]["RequestUriTooLong2"];
            429: components["responses"]["TooManyRequests2"];
            431: components["responses"]["RequestHeaderFieldsTooLarge2"];
            500: components["responses"]["InternalServerError2"];
            501: components["responses"]["NotImplemented2"];
            503: components["responses"]["ServiceUnavailable2"];
            504: components["responses"]["GatewayTimeout2"];
        };
    };
    navigation_counts: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The teacher's own id. */
                teacherId: components["parameters"]["teacherId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success_NavigationCounts_"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest2"];
            401: components["responses"]["Unauthorized2"];
            403: components["responses"]["Forbidden2"];
            404: components["responses"]["NotFound2"];
            408: components["responses"]["RequestTimeout2"];
            413: components["responses"]["RequestEntityTooLarge2"];
            414: components["responses"]["RequestUriTooLong2"];
            429: components["responses"]["TooManyRequests2"];
            431: components["responses"]["RequestHeaderFieldsTooLarge2"];
            500: components["responses"]["InternalServerError2"];
            501: components["responses"]["NotImplemented2"];
            503: components["responses"]["ServiceUnavailable2"];
            504: components["responses"]["GatewayTimeout2"];
        };
    };
    recent_exams: {
        parameters: {
            query?: {
                /** @description How many at most; above 20 it is 20. */
                limit?: components["parameters"]["limit2"];
                /** @description Only those of this status; empty: of any. */
                status?: components["parameters"]["status"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The teacher's own id. */
                teacherId: components["parameters"]["teacherId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success_RecentExams_"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest2"];
            401: components["responses"]["Unauthorized2"];
            403: components["responses"]["Forbidden2"];
            404: components["responses"]["NotFound2"];
            408: components["responses"]["RequestTimeout2"];
            413: components["responses"]["RequestEntityTooLarge2"];
            414: components["responses"]["RequestUriTooLong2"];
            429: components["responses"]["TooManyRequests2"];
            431: components["responses"]["RequestHeaderFieldsTooLarge2"];
            500: components["responses"]["InternalServerError2"];
            501: components["responses"]["NotImplemented2"];
            503: components["responses"]["ServiceUnavailable2"];
            504: components["responses"]["GatewayTimeout2"];
        };
    };
    recent_question_banks: {
        parameters: {
            query?: {
                /** @description How many at most; above 20 it is 20. */
                limit?: components["parameters"]["limit2"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The teacher's own id. */
                teacherId: components["parameters"]["teacherId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success_RecentQuestionBanks_"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest2"];
            401: components["responses"]["Unauthorized2"];
            403: components["responses"]["Forbidden2"];
            404: components["responses"]["NotFound2"];
            408: components["responses"]["RequestTimeout2"];
            413: components["responses"]["RequestEntityTooLarge2"];
            414: components["responses"]["RequestUriTooLong2"];
            429: components["responses"]["TooManyRequests2"];
            431: components["responses"]["RequestHeaderFieldsTooLarge2"];
            500: components["responses"]["InternalServerError2"];
            501: components["responses"]["NotImplemented2"];
            503: components["responses"]["ServiceUnavailable2"];
            504: components["responses"]["GatewayTimeout2"];
        };
    };
    recent_classes: {
        parameters: {
            query?: {
                /** @description How many at most; above 20 it is 20. */
                limit?: components["parameters"]["limit2"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The teacher's own id. */
                teacherId: components["parameters"]["teacherId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success_RecentClasses_"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest2"];
            401: components["responses"]["Unauthorized2"];
            403: components["responses"]["Forbidden2"];
            404: components["responses"]["NotFound2"];
            408: components["responses"]["RequestTimeout2"];
            413: components["responses"]["RequestEntityTooLarge2"];
            414: components["responses"]["RequestUriTooLong2"];
            429: components["responses"]["TooManyRequests2"];
            431: components["responses"]["RequestHeaderFieldsTooLarge2"];
            500: components["responses"]["InternalServerError2"];
            501: components["responses"]["NotImplemented2"];
            503: components["responses"]["ServiceUnavailable2"];
            504: components["responses"]["GatewayTimeout2"];
        };
    };
    recent_assignments: {
        parameters: {
            query?: {
                /** @description How many at most; above 20 it is 20. */
                limit?: components["parameters"]["limit2"];
                /** @description Only those of this status; empty: of any. */
                status?: components["parameters"]["status2"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The teacher's own id. */
                teacherId: components["parameters"]["teacherId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success_RecentAssignments_"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest2"];
            401: components["responses"]["Unauthorized2"];
            403: components["responses"]["Forbidden2"];
            404: components["responses"]["NotFound2"];
            408: components["responses"]["RequestTimeout2"];
            413: components["responses"]["RequestEntityTooLarge2"];
            414: components["responses"]["RequestUriTooLong2"];
            429: components["responses"]["TooManyRequests2"];
            431: components["responses"]["RequestHeaderFieldsTooLarge2"];
            500: components["responses"]["InternalServerError2"];
            501: components["responses"]["NotImplemented2"];
            503: components["responses"]["ServiceUnavailable2"];
            504: components["responses"]["GatewayTimeout2"];
        };
    };
    teacher_dashboard: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The teacher's own id. */
                teacherId: components["parameters"]["teacherId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success_Board_"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest2"];
            401: components["responses"]["Unauthorized2"];
            403: components["responses"]["Forbidden2"];
            404: components["responses"]["NotFound2"];
            408: components["responses"]["RequestTimeout2"];
            413: components["responses"]["RequestEntityTooLarge2"];
            414: components["responses"]["RequestUriTooLong2"];
            429: components["responses"]["TooManyRequests2"];
            431: components["responses"]["RequestHeaderFieldsTooLarge2"];
            500: components["responses"]["InternalServerError2"];
            501: components["responses"]["NotImplemented2"];
            503: components["responses"]["ServiceUnavailable2"];
            504: components["responses"]["GatewayTimeout2"];
        };
    };
    exams: {
        parameters: {
            query?: {
                /** @description Only those of this status; empty: of any. */
                status?: components["parameters"]["status"];
                /** @description Only those of this kind; empty: all. */
                kind?: "exam" | "quiz" | "";
                /** @description `true`: only those that are scheduled and whose date has not passed. */
                upcoming?: "true" | "";
                /** @description `true`: only those that are completed and have results. */
                has_results?: "true" | "";
                /** @description Only those of this one; empty: of any. */
                class_id?: components["parameters"]["class_id"];
                /** @description Only those whose title or name contains this text of 2 to 100 characters, whatever the case; empty: all. */
                q?: components["parameters"]["q"];
                /** @description How many at most; above 50 it is 50. */
                limit?: components["parameters"]["limit3"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The teacher's own id. */
                teacherId: components["parameters"]["teacherId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success_Exams_"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest2"];
            401: components["responses"]["Unauthorized2"];
            403: components["responses"]["Forbidden2"];
            404: components["responses"]["NotFound2"];
            408: components["responses"]["RequestTimeout2"];
            413: components["responses"]["RequestEntityTooLarge2"];
            414: components["responses"]["RequestUriTooLong2"];
            429: components["responses"]["TooManyRequests2"];
            431: components["responses"]["RequestHeaderFieldsTooLarge2"];
            500: components["responses"]["InternalServerError2"];
            501: components["responses"]["NotImplemented2"];
            503: components["responses"]["ServiceUnavailable2"];
            504: components["responses"]["GatewayTimeout2"];
        };
    };
    question_banks: {
        parameters: {
            query?: {
                /** @description Only those of this status; empty: of any. */
                status?: "draft" | "active" | "archived" | "";
                /** @description Only those whose title or name contains this text of 2 to 100 characters, whatever the case; empty: all. */
                q?: components["parameters"]["q"];
                /** @description How many at most; above 50 it is 50. */
                limit?: components["parameters"]["limit3"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The teacher's own id. */
                teacherId: components["parameters"]["teacherId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success_QuestionBanks_"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest2"];
            401: components["responses"]["Unauthorized2"];
            403: components["responses"]["Forbidden2"];
            404: components["responses"]["NotFound2"];
            408: components["responses"]["RequestTimeout2"];
            413: components["responses"]["RequestEntityTooLarge2"];
            414: components["responses"]["RequestUriTooLong2"];
            429: components["responses"]["TooManyRequests2"];
            431: components["responses"]["RequestHeaderFieldsTooLarge2"];
            500: components["responses"]["InternalServerError2"];
            501: components["responses"]["NotImplemented2"];
            503: components["responses"]["ServiceUnavailable2"];
            504: components["responses"]["GatewayTimeout2"];
        };
    };
    classes: {
        parameters: {
            query?: {
                /** @description Only those whose title or name contains this text of 2 to 100 characters, whatever the case; empty: all. */
                q?: components["parameters"]["q"];
                /** @description How many at most; above 50 it is 50. */
                limit?: components["parameters"]["limit3"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The teacher's own id. */
                teacherId: components["parameters"]["teacherId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success_Classes_"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest2"];
            401: components["responses"]["Unauthorized2"];
            403: components["responses"]["Forbidden2"];
            404: components["responses"]["NotFound2"];
            408: components["responses"]["RequestTimeout2"];
            413: components["responses"]["RequestEntityTooLarge2"];
            414: components["responses"]["RequestUriTooLong2"];
            429: components["responses"]["TooManyRequests2"];
            431: components["responses"]["RequestHeaderFieldsTooLarge2"];
            500: components["responses"]["InternalServerError2"];
            501: components["responses"]["NotImplemented2"];
            503: components["responses"]["ServiceUnavailable2"];
            504: components["responses"]["GatewayTimeout2"];
        };
    };
    assignments: {
        parameters: {
            query?: {
                /** @description Only those of this status; empty: of any. */
                status?: components["parameters"]["status2"];
                /** @description `true`: only those of which the teacher graded something, with `grades`. */
                graded?: "true" | "";
                /** @description Only those of this one; empty: of any. */
                class_id?: components["parameters"]["class_id"];
                /** @description Only those whose title or name contains this text of 2 to 100 characters, whatever the case; empty: all. */
                q?: components["parameters"]["q"];
                /** @description How many at most; above 50 it is 50. */
                limit?: components["parameters"]["limit3"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The teacher's own id. */
                teacherId: components["parameters"]["teacherId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success_Assignments_"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest2"];
            401: components["responses"]["Unauthorized2"];
            403: components["responses"]["Forbidden2"];
            404: components["responses"]["NotFound2"];
            408: components["responses"]["RequestTimeout2"];
            413: components["responses"]["RequestEntityTooLarge2"];
            414: components["responses"]["RequestUriTooLong2"];
            429: components["responses"]["TooManyRequests2"];
            431: components["responses"]["RequestHeaderFieldsTooLarge2"];
            500: components["responses"]["InternalServerError2"];
            501: components["responses"]["NotImplemented2"];
            503: components["responses"]["ServiceUnavailable2"];
            504: components["responses"]["GatewayTimeout2"];
        };
    };
    students: {
        parameters: {
            query?: {
                /** @description Only those of this one; empty: of any. */
                class_id?: components["parameters"]["class_id"];
                /** @description Only those whose title or name contains this text of 2 to 100 characters, whatever the case; empty: all. */
                q?: components["parameters"]["q"];
                /** @description How many at most; above 50 it is 50. */
                limit?: components["parameters"]["limit3"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The teacher's own id. */
                teacherId: components["parameters"]["teacherId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success_Students_"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest2"];
            401: components["responses"]["Unauthorized2"];
            403: components["responses"]["Forbidden2"];
            404: components["responses"]["NotFound2"];
            408: components["responses"]["RequestTimeout2"];
            413: components["responses"]["RequestEntityTooLarge2"];
            414: components["responses"]["RequestUriTooLong2"];
            429: components["responses"]["TooManyRequests2"];
            431: components["responses"]["RequestHeaderFieldsTooLarge2"];
            500: components["responses"]["InternalServerError2"];
            501: components["responses"]["NotImplemented2"];
            503: components["responses"]["ServiceUnavailable2"];
            504: components["responses"]["GatewayTimeout2"];
        };
    };
    record_logs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    logs: {
                        /** Id */
                        id: string;
                        /** Habit Id */
                        habit_id: string;
                        /**
                         * Logged On
                         * Format: date
                         */
                        logged_on: string;
                        /** Done */
                        done: boolean;
                        /**
                         * Recorded At
                         * Format: date-time
                         */
                        recorded_at: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description What to send as Homeroom-Wait-For to see these logs in a read; absent where none was ever recorded. */
                    "Homeroom-Position"?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Results"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            /** @description The body is announced as something else than JSON in UTF-8. */
            415: {
                headers: {
                    /** @description The type of content that is taken. */
                    Accept?: string;
                    /** @description The encoding that is taken. */
                    "Accept-Encoding"?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlainProblem"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    all_teachers: {
        parameters: {
            query?: {
                /** @description Only those whose title or name contains this text of 2 to 100 characters, whatever the case; empty: all. */
                q?: components["parameters"]["q"];
                /** @description How many at most; above 50 it is 50. */
                limit?: components["parameters"]["limit3"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_list_ListedTeacher__"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    all_classes: {
        parameters: {
            query?: {
                /** @description Only those whose title or name contains this text of 2 to 100 characters, whatever the case; empty: all. */
                q?: components["parameters"]["q"];
                /** @description How many at most; above 50 it is 50. */
                limit?: components["parameters"]["limit3"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_list_ListedClass__"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    all_subjects: {
        parameters: {
            query?: {
                /** @description Only those whose title or name contains this text of 2 to 100 characters, whatever the case; empty: all. */
                q?: components["parameters"]["q"];
                /** @description How many at most; above 50 it is 50. */
                limit?: components["parameters"]["limit3"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_list_ListedSubject__"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    teacher_assignments: {
        parameters: {
            query?: {
                /** @description Only those of this one; empty: of any. */
                user_id?: components["parameters"]["user_id"];
                /** @description Only those of this one; empty: of any. */
                class_level_id?: components["parameters"]["class_level_id"];
                /** @description Only those of this one; empty: of any. */
                subject_id?: components["parameters"]["subject_id"];
                /** @description How many at most; above 500 it is 500. */
                limit?: components["parameters"]["limit4"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_list_AssignedTeacher__"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    my_assignments: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_Own_"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    teacher_workload: {
        parameters: {
            query?: {
                /** @description How many at most; above 500 it is 500. */
                limit?: components["parameters"]["limit4"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_list_Workload__"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    assignment_history: {
        parameters: {
            query?: {
                /** @description Only those of this one; empty: of any. */
                user_id?: components["parameters"]["user_id"];
                /** @description How many at most; above 500 it is 500. */
                limit?: components["parameters"]["limit4"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_list_HistoryEntry__"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    assign_class: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user_id: number | string;
                    class_level_id?: number | string;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    /** @description What to send as Homeroom-Wait-For to see the change in a read. */
                    "Homeroom-Position"?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeClass"];
                };
            };
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    assign_subject: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user_id: number | string;
                    subject_id?: number | string;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    /** @description What to send as Homeroom-Wait-For to see the change in a read. */
                    "Homeroom-Position"?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeSubject"];
                };
            };
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    assign_many: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user_id: number | string;
                    class_level_ids?: (number | string)[];
                    subject_ids?: (number | string)[];
                };
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    /** @description What to send as Homeroom-Wait-For to see the change in a read. */
                    "Homeroom-Position"?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeBulk"];
                };
            };
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    remove_class_assignment: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path: {
                /** @description The assignment's id. */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Ok"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    remove_subject_assignment: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path: {
                /** @description The assignment's id. */
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Ok"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    seen_students: {
        parameters: {
            query?: {
                /** @description Only those of this one; empty: of any. */
                class_level_id?: components["parameters"]["class_level_id"];
                /** @description How many at most; above 200 it is 200. */
                limit?: components["parameters"]["limit"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudentsSeen"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    one_student: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                id: components["parameters"]["id2"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_StudentInFull_"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    seen_assessments: {
        parameters: {
            query?: {
                /** @description Only those of this one; empty: of any. */
                class_level_id?: components["parameters"]["class_level_id"];
                /** @description Only those of this one; empty: of any. */
                subject_id?: components["parameters"]["subject_id"];
                /** @description How many at most; above 200 it is 200. */
                limit?: components["parameters"]["limit"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Assessments"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    record_assessment: {
        parameters: {
            query?: never;
            header?: {
                /** @description By which the client names the mark: sent again with the same key, it is not recorded again and has the same answer. 1 to 255 printable characters, a UUID for instance. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    student_id: number | string;
                    class_level_id: number | string;
                    subject_id: number | string;
                    score: number;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    /** @description What to send as Homeroom-Wait-For to see the change in a read. */
                    "Homeroom-Position"?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedAssessment"];
                };
            };
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description Something else was sent with this Idempotency-Key. */
            422: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FailedProblem"];
                };
            };
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    access_log: {
        parameters: {
            query?: {
                /** @description How many at most; above 200 it is 200. */
                limit?: components["parameters"]["limit"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_list_Denied__"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    class_report: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                id: components["parameters"]["id2"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_ClassReport_"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    student_report: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                id: components["parameters"]["id2"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_ReportedStudent_"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest3"];
            401: components["responses"]["Unauthorized3"];
            403: components["responses"]["Forbidden3"];
            404: components["responses"]["NotFound3"];
            408: components["responses"]["RequestTimeout3"];
            413: components["responses"]["RequestEntityTooLarge3"];
            414: components["responses"]["RequestUriTooLong3"];
            429: components["responses"]["TooManyRequests3"];
            431: components["responses"]["RequestHeaderFieldsTooLarge3"];
            500: components["responses"]["InternalServerError3"];
            501: components["responses"]["NotImplemented3"];
            503: components["responses"]["ServiceUnavailable3"];
            504: components["responses"]["GatewayTimeout3"];
        };
    };
    teacher_batches: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["limit5"];
                /** @description How many of the newest are left out. */
                offset?: components["parameters"]["offset"];
                /** @description Only those of this status; empty: of any. */
                status?: components["parameters"]["status3"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description An id to find the request by, of 1 to 128 characters `A-Z a-z 0-9 . _ -`. */
                "X-Correlation-ID"?: components["parameters"]["X-Correlation-ID"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Ok2"];
            304: components["responses"]["NotModified3"];
            400: components["responses"]["BadRequest4"];
            401: components["responses"]["Unauthorized4"];
            403: components["responses"]["Forbidden4"];
            408: components["responses"]["RequestTimeout4"];
            413: components["responses"]["RequestEntityTooLarge4"];
            414: components["responses"]["RequestUriTooLong4"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests4"];
            431: components["responses"]["RequestHeaderFieldsTooLarge4"];
            500: components["responses"]["InternalServerError4"];
            501: components["responses"]["NotImplemented4"];
            503: components["responses"]["ServiceUnavailable4"];
            504: components["responses"]["GatewayTimeout4"];
        };
    };
    teacher_batches_bff: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["limit5"];
                /** @description How many of the newest are left out. */
                offset?: components["parameters"]["offset"];
                /** @description Only those of this status; empty: of any. */
                status?: components["parameters"]["status3"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description An id to find the request by, of 1 to 128 characters `A-Z a-z 0-9 . _ -`. */
                "X-Correlation-ID"?: components["parameters"]["X-Correlation-ID"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Ok2"];
            304: components["responses"]["NotModified3"];
            400: components["responses"]["BadRequest4"];
            401: components["responses"]["Unauthorized4"];
            403: components["responses"]["Forbidden4"];
            408: components["responses"]["RequestTimeout4"];
            413: components["responses"]["RequestEntityTooLarge4"];
            414: components["responses"]["RequestUriTooLong4"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests4"];
            431: components["responses"]["RequestHeaderFieldsTooLarge4"];
            500: components["responses"]["InternalServerError4"];
            501: components["responses"]["NotImplemented4"];
            503: components["responses"]["ServiceUnavailable4"];
            504: components["responses"]["GatewayTimeout4"];
        };
    };
    batch_class_info: {
        parameters: {
            query?: {
                /** @description UUIDs of batches by comma, at most 500. */
                batch_ids?: string;
            };
            header?: {
                "X-Internal-API-Key"?: components["parameters"]["X-Internal-API-Key"];
                "X-Service-ID"?: components["parameters"]["X-Service-ID"];
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: components["schemas"]["ClassInfo"] | null;
                    };
                };
            };
            304: components["responses"]["NotModified4"];
            400: components["responses"]["BadRequest5"];
            401: components["responses"]["Unauthorized5"];
            408: components["responses"]["RequestTimeout5"];
            413: components["responses"]["RequestEntityTooLarge5"];
            414: components["responses"]["RequestUriTooLong5"];
            431: components["responses"]["RequestHeaderFieldsTooLarge5"];
            500: components["responses"]["InternalServerError5"];
            501: components["responses"]["NotImplemented5"];
            503: components["responses"]["ServiceUnavailable5"];
            504: components["responses"]["GatewayTimeout5"];
        };
    };
    user_batches: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["limit5"];
                /** @description How many of the newest are left out. */
                offset?: components["parameters"]["offset"];
                /** @description Only those of this status, whatever it is; empty: of any. */
                status?: string;
            };
            header?: {
                "X-Internal-API-Key"?: components["parameters"]["X-Internal-API-Key"];
                "X-Service-ID"?: components["parameters"]["X-Service-ID"];
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description The teacher whose batches they are. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserBatches"];
                };
            };
            /** @description The answer is the one that If-None-Match names. */
            304: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest5"];
            401: components["responses"]["Unauthorized5"];
            408: components["responses"]["RequestTimeout5"];
            413: components["responses"]["RequestEntityTooLarge5"];
            414: components["responses"]["RequestUriTooLong5"];
            431: components["responses"]["RequestHeaderFieldsTooLarge5"];
            500: components["responses"]["InternalServerError5"];
            501: components["responses"]["NotImplemented5"];
            503: components["responses"]["ServiceUnavailable5"];
            504: components["responses"]["GatewayTimeout5"];
        };
    };
    batch_status: {
        parameters: {
            query?: never;
            header?: {
                "X-Internal-API-Key"?: components["parameters"]["X-Internal-API-Key"];
                "X-Service-ID"?: components["parameters"]["X-Service-ID"];
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                /** @description A UUID. */
                batch_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchStatus"];
                };
            };
            304: components["responses"]["NotModified4"];
            400: components["responses"]["BadRequest5"];
            401: components["responses"]["Unauthorized5"];
            /** @description No such batch. */
            404: {
                headers: {
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlainProblem"];
                };
            };
            408: components["responses"]["RequestTimeout5"];
            413: components["responses"]["RequestEntityTooLarge5"];
            414: components["responses"]["RequestUriTooLong5"];
            431: components["responses"]["RequestHeaderFieldsTooLarge5"];
            500: components["responses"]["InternalServerError5"];
            501: components["responses"]["NotImplemented5"];
            503: components["responses"]["ServiceUnavailable5"];
            504: components["responses"]["GatewayTimeout5"];
        };
    };
    school_dashboard: {
        parameters: {
            query?: {
                /** @description Only those of this one; empty: of any. */
                school_id?: components["parameters"]["school_id"];
                /** @description Which sessions are listed: those of the day, of the week from Monday, or of the calendar month. */
                date_range?: "today" | "week" | "month";
                /** @description How many at most; above 50 it is 50. */
                students_limit?: number;
                /** @description Where the page begins, as the `Link` of the one before names it. */
                students_cursor?: string;
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchoolDashboard"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    notifications: {
        parameters: {
            query?: {
                /** @description Only those of this one; empty: of any. */
                school_id?: components["parameters"]["school_id"];
                /** @description `true`: only those that were not read. */
                unread?: "true" | "false" | "";
                /** @description Only those of this kind; empty: all. */
                kind?: "session_reminder" | "session_cancelled" | "new_student" | "payment_processed" | "school_announcement" | "class_assigned" | "subject_assigned" | "membership_ended" | "";
                /** @description How many at most; above 50 it is 50. */
                limit?: components["parameters"]["limit3"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notifications"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    notification_preferences: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        session_reminder?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        session_cancelled?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        new_student?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        payment_processed?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        school_announcement?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        class_assigned?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        subject_assigned?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        membership_ended?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    set_notification_preferences: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    session_reminder?: {
                        websocket?: boolean;
                        email?: boolean;
                        web_push?: boolean;
                        webhook?: boolean;
                    };
                    session_cancelled?: {
                        websocket?: boolean;
                        email?: boolean;
                        web_push?: boolean;
                        webhook?: boolean;
                    };
                    new_student?: {
                        websocket?: boolean;
                        email?: boolean;
                        web_push?: boolean;
                        webhook?: boolean;
                    };
                    payment_processed?: {
                        websocket?: boolean;
                        email?: boolean;
                        web_push?: boolean;
                        webhook?: boolean;
                    };
                    school_announcement?: {
                        websocket?: boolean;
                        email?: boolean;
                        web_push?: boolean;
                        webhook?: boolean;
                    };
                    class_assigned?: {
                        websocket?: boolean;
                        email?: boolean;
                        web_push?: boolean;
                        webhook?: boolean;
                    };
                    subject_assigned?: {
                        websocket?: boolean;
                        email?: boolean;
                        web_push?: boolean;
                        webhook?: boolean;
                    };
                    membership_ended?: {
                        websocket?: boolean;
                        email?: boolean;
                        web_push?: boolean;
                        webhook?: boolean;
                    };
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        session_reminder?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        session_cancelled?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        new_student?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        payment_processed?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        school_announcement?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        class_assigned?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        subject_assigned?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                        membership_ended?: {
                            websocket?: boolean;
                            email?: boolean;
                            web_push?: boolean;
                            webhook?: boolean;
                        };
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    read_all_notifications: {
        parameters: {
            query?: {
                /** @description Only those of this one; empty: of any. */
                school_id?: components["parameters"]["school_id"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description What to send as Homeroom-Wait-For to see the change in a read. */
                    "Homeroom-Position"?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadAll"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    read_notification: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path: {
                /** @description The notification's id. */
                id: components["parameters"]["id3"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Ok3"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    dismiss_notification: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path: {
                /** @description The notification's id. */
                id: components["parameters"]["id3"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Ok3"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    add_teachers_browser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uri */
                    endpoint: string;
                    keys: {
                        p256dh: string;
                        auth: string;
                    };
                };
            };
        };
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    remove_teachers_browser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uri */
                    endpoint: string;
                };
            };
        };
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    own_resources: {
        parameters: {
            query?: {
                /** @description Only those of this one; empty: of any. */
                school_id?: components["parameters"]["school_id"];
                /** @description How many at most; above 200 it is 200. */
                limit?: components["parameters"]["limit"];
                /** @description Where the page begins, as the `Link` of the one before names it. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    /** @description The next page, `rel="next"`, if there is one. */
                    Link?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Resources"];
                };
            };
            304: components["responses"]["NotModified2"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    reserve_resource: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    school_id: number | string;
                    title: string;
                    description?: string | null;
                    file_name: string;
                    media_type: string;
                    size_bytes: number;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reserved"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            /** @description The file, or the body, is too large. */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlainProblem"];
                };
            };
            414: components["responses"]["RequestUriTooLong"];
            415: components["responses"]["UnsupportedMediaType2"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    download_resource: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path: {
                id: components["parameters"]["id2"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Download"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            /** @description The file was not scanned, or is not clean. */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlainProblem"];
                };
            };
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    resource_uploaded: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path: {
                id: components["parameters"]["id2"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Ok4"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            /** @description The file is not there, or is another one. */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlainProblem"];
                };
            };
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    remove_resource: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path: {
                id: components["parameters"]["id2"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    /** @description What to send as Homeroom-Wait-For to see the change in a read. */
                    "Homeroom-Position"?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    change_resource: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path: {
                id: components["parameters"]["id2"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    title?: string;
                    description?: string | null;
                    is_shared_with_students?: boolean;
                    shared_with_courses?: (number | string)[];
                };
            };
        };
        responses: {
            200: components["responses"]["Ok4"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            415: components["responses"]["UnsupportedMediaType2"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    dashboard_stream: {
        parameters: {
            query?: {
                /** @description Only those of this one; empty: of any. */
                school_id?: components["parameters"]["school_id"];
                /** @description The position of the last message, to go on behind it. */
                position?: string | null;
                /** @description A ticket, for clients that cannot send the token in a header. */
                ticket?: string | null;
            };
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Messages, until either side ends the stream. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            /** @description The teacher has as many live connections as one may have. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "Retry-After"?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlainProblem"];
                };
            };
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    dashboard_ticket: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden5"];
            404: components["responses"]["NotFound4"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["RequestEntityTooLarge"];
            414: components["responses"]["RequestUriTooLong"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    explain_value: {
        parameters: {
            query?: {
                table?: string;
                key?: string;
                column?: string;
                limit?: string;
                timeout?: string;
            };
            header?: {
                "X-Internal-API-Key"?: components["parameters"]["X-Internal-API-Key"];
                "X-Service-ID"?: components["parameters"]["X-Service-ID"];
                /**
                 * @description Wait until the read model holds these events: `topic:partition:offset`, or a `Homeroom-Position`, several by comma. 504 with the position reached, if it does not in time; 501 where Flink feeds the read model.
                 * @example exams:0:41
                 */
                "Homeroom-Wait-For"?: components["parameters"]["Homeroom-Wait-For"];
                /** @description How long to wait; 2 if not said, at most 10. */
                "Homeroom-Wait-Seconds"?: components["parameters"]["Homeroom-Wait-Seconds"];
                /** @description The `ETag` of an answer that is in hand: 304 without a body where it is the same still. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description The generation of the read model that was read. */
                    "Homeroom-Generation"?: string;
                    /** @description The time of the newest event applied; absent while there is none. */
                    "Homeroom-As-Of"?: string;
                    /** @description Since when an event is missing that the answer rests on. */
                    "Homeroom-Incomplete-Since"?: string;
                    /** @description A tag of the body, to send as If-None-Match. */
                    ETag?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success_dict_str__Any__"];
                };
            };
            304: components["responses"]["NotModified4"];
            /** @description The id, a parameter or a header is not of its form. */
            400: {
                headers: {
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that does not do. */
            401: {
                headers: {
                    /** @description How to authenticate, and what is wrong with the token. */
                    "WWW-Authenticate"?: string;
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such table, row or column. */
            404: {
                headers: {
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["RequestTimeout6"];
            413: components["responses"]["RequestEntityTooLarge6"];
            414: components["responses"]["RequestUriTooLong6"];
            431: components["responses"]["RequestHeaderFieldsTooLarge6"];
            500: components["responses"]["InternalServerError6"];
            /** @description The tables are not of a position to wait for: Flink feeds them. */
            501: {
                headers: {
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            503: components["responses"]["ServiceUnavailable6"];
            /** @description The position to wait for was not reached in time. */
            504: {
                headers: {
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publish_events: {
        parameters: {
            query?: never;
            header?: {
                "X-Internal-API-Key"?: components["parameters"]["X-Internal-API-Key"];
                "X-Service-ID"?: components["parameters"]["X-Service-ID"];
                /**
                 * @description In binary mode: the attribute `specversion`, percent-encoded.
                 * @example 1.0
                 */
                "ce-specversion"?: string;
                /**
                 * @description In binary mode: the attribute `id`, percent-encoded.
                 * @example registered/T-1/1
                 */
                "ce-id"?: string;
                /**
                 * @description In binary mode: the attribute `source`, percent-encoded.
                 * @example /services/people
                 */
                "ce-source"?: string;
                /**
                 * @description In binary mode: the attribute `type`, percent-encoded.
                 * @example teacher.registered.v1
                 */
                "ce-type"?: string;
                /**
                 * @description In binary mode: the attribute `subject`, percent-encoded.
                 * @example T-1
                 */
                "ce-subject"?: string;
                /**
                 * @description In binary mode: the attribute `sequence`, percent-encoded.
                 * @example 1
                 */
                "ce-sequence"?: string;
                /**
                 * @description In binary mode: the attribute `time`, percent-encoded.
                 * @example 2026-03-01T09:00:00Z
                 */
                "ce-time"?: string;
                /** @description In binary mode: the attribute `traceparent`, percent-encoded. */
                "ce-traceparent"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "specversion": "1.0",
                 *       "id": "registered/T-1/1",
                 *       "source": "/services/people",
                 *       "type": "teacher.registered.v1",
                 *       "subject": "T-1",
                 *       "sequence": "1",
                 *       "time": "2026-03-01T09:00:00Z",
                 *       "data": {
                 *         "teacher_id": "T-1",
                 *         "name": "Ada"
                 *       }
                 *     }
                 */
                "application/cloudevents+json": components["schemas"]["GivenCloudEvent"];
                /**
                 * @example [
                 *       {
                 *         "specversion": "1.0",
                 *         "id": "registered/T-1/1",
                 *         "source": "/services/people",
                 *         "type": "teacher.registered.v1",
                 *         "subject": "T-1",
                 *         "sequence": "1",
                 *         "time": "2026-03-01T09:00:00Z",
                 *         "data": {
                 *           "teacher_id": "T-1",
                 *           "name": "Ada"
                 *         }
                 *       },
                 *       {
                 *         "specversion": "1.0",
                 *         "id": "updated/T-1/2",
                 *         "source": "/services/people",
                 *         "type": "teacher.updated.v1",
                 *         "subject": "T-1",
                 *         "sequence": "2",
                 *         "time": "2026-03-01T09:00:00Z",
                 *         "data": {
                 *           "teacher_id": "T-1",
                 *           "name": "Ada Lovelace"
                 *         }
                 *       }
                 *     ]
                 */
                "application/cloudevents-batch+json": components["schemas"]["GivenCloudEvent"][];
                /**
                 * @example {
                 *       "teacher_id": "T-1",
                 *       "name": "Ada"
                 *     }
                 */
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description What became of each event, in their order. */
            200: {
                headers: {
                    /** @description The positions of all of it, to send as Homeroom-Wait-For. */
                    "Homeroom-Position"?: string;
                    /** @description The headers of the request that the answer depends on. */
                    Vary?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestionResults"];
                };
            };
            /** @description The envelope cannot be read. */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No service's own key. */
            401: {
                headers: {
                    /** @description How to authenticate, and what is wrong with the token. */
                    "WWW-Authenticate"?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["RequestTimeout2"];
            /** @description Too many events, or too large. */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["RequestUriTooLong2"];
            /** @description Neither JSON nor CloudEvents in JSON, or not in plain UTF-8. */
            415: {
                headers: {
                    /** @description The types of content that are taken. */
                    Accept?: string;
                    /** @description The encoding that is taken. */
                    "Accept-Encoding"?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The brokers are behind, or the service's requests of this minute are used up. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "Retry-After"?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["RequestHeaderFieldsTooLarge2"];
            500: components["responses"]["InternalServerError2"];
            /** @description The brokers or the database do not answer. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "Retry-After"?: string;
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alive"];
                };
            };
            400: components["responses"]["BadRequest6"];
            408: components["responses"]["RequestTimeout6"];
            413: components["responses"]["RequestEntityTooLarge6"];
            414: components["responses"]["RequestUriTooLong6"];
            431: components["responses"]["RequestHeaderFieldsTooLarge6"];
            500: components["responses"]["InternalServerError6"];
            503: components["responses"]["ServiceUnavailable7"];
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            400: components["responses"]["BadRequest6"];
            408: components["responses"]["RequestTimeout6"];
            413: components["responses"]["RequestEntityTooLarge6"];
            414: components["responses"]["RequestUriTooLong6"];
            431: components["responses"]["RequestHeaderFieldsTooLarge6"];
            500: components["responses"]["InternalServerError6"];
            503: components["responses"]["ServiceUnavailable6"];
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "Referrer-Policy": components["headers"]["Referrer-Policy"];
                    "X-Frame-Options": components["headers"]["X-Frame-Options"];
                    "Content-Security-Policy": components["headers"]["Content-Security-Policy"];
                    "Cross-Origin-Resource-Policy": components["headers"]["Cross-Origin-Resource-Policy"];
                    "Strict-Transport-Security": components["headers"]["Strict-Transport-Security"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
            400: components["responses"]["BadRequest6"];
            408: components["responses"]["RequestTimeout6"];
            413: components["responses"]["RequestEntityTooLarge6"];
            414: components["responses"]["RequestUriTooLong6"];
            431: components["responses"]["RequestHeaderFieldsTooLarge6"];
            500: components["responses"]["InternalServerError6"];
            503: components["responses"]["ServiceUnavailable7"];
        };
    };
}
